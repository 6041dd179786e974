export { createEmulator, type Emulator, type EmulatorOptions, type KubernetesInfo } from './emulator.ts';
export { type RunningServer, listen } from './server.ts';
export type { Config, HostCommand, PortRange, PublicIpConfig } from './config.ts';
export type { Router, UpgradeRouter } from './router.ts';
export type { Log } from './util/log.ts';
export {
  type ContainerPort,
  type PublicIpAssignment,
  type PublicIpProvider,
  type PublicIpRequest,
  PublicIpUnavailable,
  type PublicPort,
  PublicPortsExhausted,
  type RequestedPort,
  type Route,
  type TaskEndpoint,
  type TaskLocation,
} from './public-ip/public-ip-provider.ts';
export { bindPort } from './public-ip/bind-port.ts';
export type { SecretSource, StoredSecret } from './runtime/secret-source.ts';
export type { PortForwarder } from './public-ip/port-forwarder.ts';
