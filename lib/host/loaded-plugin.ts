import { setTimeout as delay } from 'node:timers/promises';
import type { ExceptionHandler, Finalizer, RequestHandler, ResponseHandler } from './handler-chain.ts';
import type { HostConfig } from './host-config.ts';
import type { Plugin, PluginContext, PluginEntry } from './plugin.ts';
import { type PluginManifest, readPluginManifest, resolvePluginOptions, validateManifest } from './plugin-manifest.ts';
import { PluginRoutes } from './plugin-router.ts';
import type { RouteTable } from './route-table.ts';

/** A plugin as a host is told of it. */
export interface PluginSource {
  /** Path or URL of a plugin.json, or its content. */
  readonly manifest: string | URL | PluginManifest;
  /** The plugin itself, in place of the module that the manifest names. */
  readonly entry?: PluginEntry;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What the plugin adds to the chain. */
interface PluginHandlers {
  readonly request: RequestHandler[];
  readonly response: ResponseHandler[];
  readonly exception: ExceptionHandler[];
  readonly finalizers: Finalizer[];
}

export type PluginStatus = 'starting' | 'running' | 'error' | 'stopped';

/** @throws Error when the manifest or the options are not valid: the host's user has to correct them. */
export async function preparePlugin(
  source: PluginSource,
  config: HostConfig,
  table: RouteTable,
): Promise<LoadedPlugin> {
  const { manifest, location } = await manifestOf(source);
  const options = await resolvePluginOptions(manifest, config.environment, source.options ?? {});
  return new LoadedPlugin(manifest, () => entryOf(source, manifest, location), options, config, table);
}

/** One plugin from loading to shutdown. The first hook that fails or exceeds its time takes it out of service. */
export class LoadedPlugin {
  readonly manifest: PluginManifest;
  readonly routes: PluginRoutes;
  readonly handlers: PluginHandlers = { request: [], response: [], exception: [], finalizers: [] };
  status: PluginStatus = 'starting';
  error: string | undefined;
  #plugin: Plugin = {};
  readonly #import: () => Promise<PluginEntry>;
  readonly #context: PluginContext;
  readonly #releases: (() => unknown)[] = [];

  constructor(
    manifest: PluginManifest,
    importEntry: () => Promise<PluginEntry>,
    options: Record<string, unknown>,
    config: HostConfig,
    table: RouteTable,
  ) {
    this.manifest = manifest;
    this.routes = new PluginRoutes(table);
    this.#import = importEntry;
    const onDispose = (release: () => unknown) => void this.#releases.push(release);
    this.#context = { options, config, logger: config.logger, onDispose };
  }

  load(): Promise<void> {
    return this.#limited('onExtensionLoad', async () => {
      const entry = await this.#import();
      this.#plugin = typeof entry === 'function' ? await entry(this.#context) : entry;
      await this.#plugin.onExtensionLoad?.(this.#context);
    });
  }

  /** Calls a hook, unless an earlier one failed. */
  async run(hook: keyof Plugin, call: (plugin: Plugin) => unknown): Promise<void> {
    if (this.status !== 'error') await this.#limited(hook, () => call(this.#plugin));
  }

  started(): void {
    if (this.status === 'starting') this.status = 'running';
  }

  /** A plugin that failed is shut down too: it may have begun something. */
  async shutdown(): Promise<void> {
    await this.#limited('onPlatformShutdown', () => this.#plugin.onPlatformShutdown?.());
    for (const release of this.#releases.toReversed()) await this.#limited('onDispose', release);
    this.routes.close();
    if (this.status !== 'error') this.status = 'stopped';
  }

  async #limited(hook: string, call: () => unknown): Promise<void> {
    const { hookLimitMs } = this.#context.config;
    const timer = new AbortController();
    const limit = delay(hookLimitMs, undefined, timer).then(() => {
      throw new Error(`it did not end within ${hookLimitMs} ms; raise hookLimitMs if it needs longer`);
    });
    try {
      await Promise.race([(async () => call())(), limit]);
    } catch (error) {
      this.#fail(hook, error);
    } finally {
      timer.abort();
      limit.catch(() => undefined);
    }
  }

  #fail(hook: string, error: unknown): void {
    this.status = 'error';
    this.error ??= `The hook ${hook} of plugin ${this.manifest.name} failed: ${error instanceof Error ? error.message : String(error)}.`;
    this.routes.close();
    this.#context.logger.error(error, this.error);
  }
}

async function manifestOf({ manifest }: PluginSource): Promise<{ manifest: PluginManifest; location?: URL }> {
  if (typeof manifest === 'string' || manifest instanceof URL) return readPluginManifest(manifest);
  return { manifest: await validateManifest(manifest) };
}

async function entryOf(source: PluginSource, manifest: PluginManifest, location?: URL): Promise<PluginEntry> {
  if (source.entry) return source.entry;
  if (!manifest.entry || !location) throw new Error('its manifest names no "entry", and none was given in the program');
  const module = (await import(new URL(manifest.entry, location).href)) as { default?: PluginEntry };
  if (!module.default)
    throw new Error(`the module ${manifest.entry} has no default export; export a plugin or a factory`);
  return module.default;
}
