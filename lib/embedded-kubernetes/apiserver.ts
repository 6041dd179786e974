import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { parseTarget, sendJson } from './api-request.ts';
import { discoveryDocument } from './discovery.ts';
import type { Kubelet } from './kubelet.ts';
import type { Pod } from './pod.ts';
import { containerOf, sendLog } from './pod-log.ts';
import type { PodNetwork } from './pod-network.ts';
import { acceptWebSocket, servePortForward } from './pod-streams.ts';
import { serveExec } from './serve-exec.ts';
import type { Registry } from './registry.ts';
import { pods } from './resource-types.ts';
import { serveObjects } from './rest.ts';
import { StatusError, badRequest, noSuchPath } from './status-error.ts';

export interface ApiServerOptions {
  readonly registry: Registry;
  readonly kubelet: Kubelet;
  readonly network: PodNetwork;
  readonly token: string;
  readonly port: number;
  log(message: string): void;
}

/** The HTTP door to the registry: checks who asks, finds what is asked for, and words failures as `Status`. */
export class ApiServer {
  readonly #options: ApiServerOptions;
  readonly #server: Server;
  readonly #upgraded = new Set<Duplex>();

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on(
      'upgrade',
      (request: IncomingMessage, socket: Duplex, head: Buffer) => void this.#upgrade(request, socket, head),
    );
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#options.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, this.#admit(request), response);
    } catch (error) {
      const failure = this.#asStatus(error);
      if (response.headersSent) response.destroy();
      else sendJson(response, failure.code, failure.body);
    }
  }

  async #route(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = url;
    const document = request.method === 'GET' && discoveryDocument(pathname, `127.0.0.1:${this.port}`);
    if (document) {
      sendJson(response, 200, document);
      return;
    }
    const target = parseTarget(pathname);
    if (!target) throw noSuchPath();
    const { accept = '', 'content-type': contentType = '' } = request.headers;
    const method = request.method ?? 'GET';
    const call = { ...target, method, query, accept, contentType: contentType.split(';')[0] ?? '', request, response };
    const { registry, kubelet } = this.#options;
    if (target.type !== pods || !streams.has(target.subresource ?? '')) {
      await serveObjects(call, registry);
      return;
    }
    const pod = registry.get(pods, target.namespace, target.name ?? '') as Pod;
    if (target.subresource !== 'log') throw badRequest('Upgrade request required');
    sendLog(call, pod, kubelet);
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    this.#upgraded.add(socket);
    socket.once('close', () => this.#upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    try {
      await this.#serveStream(request, this.#admit(request), socket, head);
    } catch (error) {
      const { code, body } = this.#asStatus(error);
      const text = JSON.stringify(body);
      socket.end(
        `HTTP/1.1 ${code} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
      );
    }
  }

  async #serveStream(request: IncomingMessage, url: URL, socket: Duplex, head: Buffer): Promise<void> {
    const { pathname, searchParams: query } = url;
    const { type, namespace, name, subresource } = parseTarget(pathname) ?? {};
    if (type !== pods || (subresource !== 'exec' && subresource !== 'portforward')) throw noSuchPath();
    if (request.headers.upgrade?.toLowerCase() !== 'websocket')
      throw badRequest('The embedded Kubernetes streams over websockets only, not SPDY.');
    const { registry, kubelet, network } = this.#options;
    const pod = registry.get(pods, namespace, name ?? '') as Pod;
    if (subresource === 'portforward') {
      const podIP = pod.status?.podIP;
      if (!podIP) throw badRequest(`pod ${name} is not running`);
      servePortForward(await acceptWebSocket(request, socket, head), query.getAll('ports').map(Number), podIP, network);
      return;
    }
    const worker = containerOf(pod, query.get('container'), kubelet);
    if (!worker.process) throw badRequest(`cannot exec in a stopped container: ${worker.container.name}`);
    await serveExec(await acceptWebSocket(request, socket, head), worker.process, query);
  }

  /**
   * Answers the URL of a request that may come in. A page in a browser reaches this port under a name of its own (DNS
   * rebinding): only the names it has are served. The token stands in the Authorization header or before the path.
   */
  #admit({ headers, url = '/' }: IncomingMessage): URL {
    const { host } = headers;
    if (host !== `127.0.0.1:${this.port}` && host !== `localhost:${this.port}`) {
      const message = `The Host header names ${host}; this API server answers as 127.0.0.1:${this.port} only.`;
      throw new StatusError(403, 'Forbidden', message);
    }
    const [, first = ''] = url.split('/', 2);
    if (isSame(first, this.#options.token)) return new URL(url.slice(first.length + 1), 'http://embedded');
    if (isSame(headers.authorization ?? '', `Bearer ${this.#options.token}`)) return new URL(url, 'http://embedded');
    throw new StatusError(401, 'Unauthorized', 'Unauthorized');
  }

  #asStatus(error: unknown): StatusError {
    if (error instanceof StatusError) return error;
    const { message, stack } = error as Error;
    this.#options.log(`The embedded Kubernetes failed: ${stack}`);
    return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`);
  }
}

const streams = new Set(['log', 'exec', 'portforward', 'attach']);

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
