export { createEmulator, type Emulator, type EmulatorOptions, type KubernetesInfo, type Router } from './emulator.ts';
export { type RunningServer, createApp, listen } from './server.ts';
export type { Config, HostCommand, PortRange, PublicIpConfig } from './config.ts';
export type { Log } from './util/log.ts';
export {
  type PublicIpAssignment,
  type PublicIpProvider,
  type PublicIpRequest,
  type PublicPort,
  PublicPortsExhausted,
  type RequestedPort,
  type TaskEndpoint,
} from './public-ip/public-ip-provider.ts';
