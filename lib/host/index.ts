export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export type {
  ExceptionHandler,
  Finalizer,
  HandlerChain,
  RequestContext,
  RequestHandler,
  ResponseHandler,
} from './handler-chain.ts';
export type { HostConfig } from './host-config.ts';
export type { PluginSource } from './loaded-plugin.ts';
export type { Mountable, Upgradable } from './mount.ts';
export type { Plugin, PluginContext, PluginEntry, PluginFactory } from './plugin.ts';
export type { PluginManifest, ServiceClaim } from './plugin-manifest.ts';
export type { PluginRouter } from './plugin-router.ts';
export type { RouteOptions, RouteTable } from './route-table.ts';
