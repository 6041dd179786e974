import type { Log } from '../util/log.ts';
import type { ExceptionHandler, Finalizer, RequestHandler, ResponseHandler } from './handler-chain.ts';
import type { HostConfig } from './host-config.ts';
import type { PluginRouter } from './plugin-router.ts';

/** What a plugin is given when it is loaded. */
export interface PluginContext {
  /** Its options, validated against plugin.json, defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly config: HostConfig;
  readonly logger: Log;
  /** Registers what is released after `onPlatformShutdown`, last one first; also when the plugin failed half-way. */
  readonly onDispose: (release: () => unknown) => void;
}

/**
 * LocalStack's extension hooks in camelCase (localstack/extensions/api/extension.py), each awaited. A hook that fails or
 * exceeds its time puts this plugin out of service; the host and the other plugins go on.
 */
export interface Plugin {
  onExtensionLoad?(context: PluginContext): unknown;
  onPlatformStart?(): unknown;
  updateGatewayRoutes?(router: PluginRouter): unknown;
  /** Handlers run in the order in which they are added, after the service of a request has been recognised. */
  updateRequestHandlers?(handlers: RequestHandler[]): unknown;
  updateResponseHandlers?(handlers: ResponseHandler[]): unknown;
  updateExceptionHandlers?(handlers: ExceptionHandler[]): unknown;
  updateFinalizers?(handlers: Finalizer[]): unknown;
  onPlatformReady?(): unknown;
  /** Called in the reverse order of loading. */
  onPlatformShutdown?(): unknown;
}

export type PluginFactory = (context: PluginContext) => Plugin | Promise<Plugin>;

/** The default export of a plugin's entry. */
export type PluginEntry = Plugin | PluginFactory;
