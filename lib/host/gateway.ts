import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { silentLog } from '../util/log.ts';
import { type Handlers, type RequestContext, runChain } from './handler-chain.ts';
import type { HostConfig } from './host-config.ts';
import { answerInternal } from './internal-routes.ts';
import { type LoadedPlugin, type PluginSource, preparePlugin } from './loaded-plugin.ts';
import { offer } from './mount.ts';
import { announceReady, startPlugins, stopPlugins } from './plugin-lifecycle.ts';
import { claimFits, recognise } from './recognise.ts';
import { RouteTable } from './route-table.ts';
import { type Claim, collectClaims } from './service-claims.ts';
import { createUpstream, refuseUpgrade, type Upstream } from './upstream.ts';
import { sendWireError } from './wire-error.ts';

export interface GatewayOptions {
  /** In the order in which they are loaded. */
  readonly plugins: readonly PluginSource[];
  /** URL of the emulator that gets what no plugin claims. */
  readonly upstream?: string;
  readonly hostConfig?: Partial<HostConfig>;
}

export interface Gateway {
  /** For `http.createServer`. Answers 503 until `start` has resolved. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** For the server's event `upgrade`: websockets go to the plugin that takes them, or else to the upstream. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** @throws Error when a manifest or options are not valid, or two plugins claim one service. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The host's own routes. */
  readonly router: RouteTable;
}

/** An AWS emulator's edge: one port, many plugins, and an upstream for the rest. */
export function createGateway({ plugins, upstream, hostConfig = {} }: GatewayOptions): Gateway {
  const defaults = { version: '0', edition: 'community', hookLimitMs: 30_000, environment: {}, logger: silentLog };
  return new PluginGateway(plugins, upstream ? createUpstream(upstream) : undefined, { ...defaults, ...hostConfig });
}

class PluginGateway implements Gateway {
  readonly router = new RouteTable();
  readonly #sources: readonly PluginSource[];
  readonly #upstream: Upstream | undefined;
  readonly #config: HostConfig;
  #state: 'starting' | 'running' | 'stopped' = 'starting';
  #plugins: readonly LoadedPlugin[] = [];
  #claims: readonly Claim[] = [];
  #handlers: Handlers;

  constructor(sources: readonly PluginSource[], upstream: Upstream | undefined, config: HostConfig) {
    this.#sources = sources;
    this.#upstream = upstream;
    this.#config = config;
    this.#handlers = this.#collectHandlers();
  }

  readonly handler = (request: IncomingMessage, response: ServerResponse): void => {
    void runChain(this.#handlers, { request, response }, this.#config.logger);
  };

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const takers = this.#plugins.flatMap(({ routes }) => [...routes.upgrades]);
    const offerNext = (): void => {
      const taker = takers.shift();
      if (taker) taker(request, socket, head, offerNext);
      else if (this.#upstream) this.#upstream.upgrade(request, socket, head);
      else refuseUpgrade(socket, '501 Not Implemented');
    };
    try {
      offerNext();
    } catch (error) {
      this.#config.logger.error(error, `The upgrade of ${request.url} failed.`);
      refuseUpgrade(socket, '500 Internal Server Error');
    }
  };

  async start(): Promise<void> {
    const plugins = await Promise.all(this.#sources.map((source) => preparePlugin(source, this.#config, this.router)));
    this.#claims = collectClaims(plugins);
    this.#plugins = plugins;
    await startPlugins(plugins);
    this.#handlers = this.#collectHandlers();
    this.#state = 'running';
    await announceReady(plugins);
    this.#handlers = this.#collectHandlers();
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    await stopPlugins(this.#plugins);
    this.#upstream?.close();
  }

  /** The order of LocalStack's gateway (localstack/aws/app.py): routes come before AWS parsing, plugins' handlers after it. */
  #collectHandlers(): Handlers {
    const added = this.#plugins.filter(({ status }) => status === 'running').map(({ handlers }) => handlers);
    return {
      request: [
        (chain, context) => answerInternal(chain, context, this.#config, this.#plugins),
        (chain) => this.#state === 'running' || chain.respond(503, { message: `The host is ${this.#state}.` }),
        async (chain, { request, response }) => (await this.router.handle(request, response)) && chain.stop(),
        (_chain, context) => this.#recognise(context),
        ...added.flatMap(({ request }) => request),
        async (chain, context) => (await this.#offerToPlugins(context)) && chain.stop(),
        (_chain, context) => this.#upstream?.forward(context) ?? answerUnclaimed(context),
      ],
      response: added.flatMap(({ response }) => response),
      exception: [
        (_chain, error, { request }) => this.#config.logger.error(error, `${request.method} ${request.url} failed.`),
        ...added.flatMap(({ exception }) => exception),
        (_chain, error, context) => answerFailure(context, error),
      ],
      finalizers: added.flatMap(({ finalizers }) => finalizers),
    };
  }

  async #recognise(context: RequestContext): Promise<void> {
    const services = this.#claims.map(({ service }) => service);
    Object.assign(context, await recognise(context.request, services));
  }

  async #offerToPlugins(context: RequestContext): Promise<boolean> {
    const { request, response } = context;
    for (const { plugin, service } of this.#claims) {
      if (!claimFits(service, context, request)) continue;
      if (plugin.error) return answerOutOfService(context, plugin.error);
      for (const handler of plugin.routes.services) if (await offer(handler, request, response)) return true;
    }
    return false;
  }
}

function answerOutOfService(context: RequestContext, error: string): true {
  sendWireError(context, 503, 'ServiceUnavailable', error);
  return true;
}

function answerUnclaimed(context: RequestContext): void {
  const { service, request } = context;
  const way = 'load a plugin that does, or set the option upstream to an emulator that does';
  if (service)
    sendWireError(context, 501, 'NotImplemented', `No plugin answers this call of the service ${service}: ${way}.`);
  else sendWireError(context, 404, 'NotFound', `No plugin answers ${request.method} ${request.url}: ${way}.`);
}

function answerFailure(context: RequestContext, error: unknown): void {
  if (context.response.writableEnded) return;
  const message = error instanceof Error ? error.message : String(error);
  sendWireError(context, 500, 'InternalFailure', message);
}
