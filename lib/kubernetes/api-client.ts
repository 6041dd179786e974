import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import type { KubeConfig, V1Status } from '@kubernetes/client-node';

/** What is used of client-node's KubeConfig: the server's address and what must be sent along. */
export type ClusterAccess = Pick<KubeConfig, 'getCurrentCluster' | 'applyToHTTPSOptions'>;

/**
 * JSON requests to an API server. client-node's generated API classes would do the same, but loading them costs 40 MB
 * of memory, they open a connection for each request, and their Dates differ from the strings that a watch delivers.
 */
export interface ApiClient {
  readonly access: ClusterAccess;
  get<T>(path: string, query?: Query): Promise<T>;
  post(path: string, body: object): Promise<void>;
  /** JSON merge patch (RFC 7396). */
  patch(path: string, body: object): Promise<void>;
  delete(path: string, query?: Query): Promise<void>;
  /** The answer's body as it comes. */
  stream(path: string, query: Query, signal: AbortSignal): Promise<IncomingMessage>;
  close(): void;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** An answer of the API server that is not 2xx. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Kubernetes' word for it, e.g. `AlreadyExists`. */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

export const isStatus = (error: unknown, status: number): error is ApiError =>
  error instanceof ApiError && error.status === status;

/** A request that gets no answer in this time has met a server that is gone. */
const answerLimitMs = 30_000;

export function createApiClient(access: ClusterAccess): ApiClient {
  const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };
  const send = (method: string, path: string, query: Query, body?: object, signal?: AbortSignal) =>
    request(access, agents, { method, url: urlOf(access, path, query), body, signal });
  const answered = async (method: string, path: string, query: Query, body?: object) =>
    text(await send(method, path, query, body, AbortSignal.timeout(answerLimitMs)));
  return {
    access,
    get: async <T>(path: string, query: Query = {}) => JSON.parse(await answered('GET', path, query)) as T,
    post: async (path, body) => void (await answered('POST', path, {}, body)),
    patch: async (path, body) => void (await answered('PATCH', path, {}, body)),
    delete: async (path, query = {}) => void (await answered('DELETE', path, query)),
    stream: (path, query, signal) => send('GET', path, query, undefined, signal),
    close: () => Object.values(agents).forEach((agent) => agent.destroy()),
  };
}

interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: object | undefined;
  readonly signal: AbortSignal | undefined;
}

type Agents = { readonly 'http:': http.Agent; readonly 'https:': https.Agent };

async function request(
  access: ClusterAccess,
  agents: Agents,
  { method, url, body, signal }: ApiRequest,
): Promise<IncomingMessage> {
  const options: https.RequestOptions = {};
  await access.applyToHTTPSOptions(options);
  const proxied = access.getCurrentCluster()?.proxyUrl !== undefined;
  const secure = url.protocol === 'https:';
  const outgoing = (secure ? https : http).request(url, {
    ...options,
    ...(proxied ? {} : { agent: agents[secure ? 'https:' : 'http:'] }),
    method,
    headers: {
      accept: 'application/json',
      ...(options.headers as http.OutgoingHttpHeaders),
      ...(body && { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }),
    },
    ...(signal && { signal }),
  });
  outgoing.once('socket', (socket) => socket.setKeepAlive(true, answerLimitMs));
  outgoing.end(body && JSON.stringify(body));
  const response = await responseOf(outgoing);
  if (!response) return request(access, agents, { method, url, body, signal });
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return response;
  throw apiError(status, await text(response));
}

/** @returns undefined when a kept connection was closed just then by its server (`request.reusedSocket`, Node's http documentation) */
async function responseOf(outgoing: http.ClientRequest): Promise<IncomingMessage | undefined> {
  try {
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return response;
  } catch (error) {
    if (outgoing.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET') return undefined;
    throw error;
  }
}

/** Kubernetes answers errors with an object of kind Status ("Kubernetes API Concepts"); a proxy before it may not. */
export function apiError(status: number, body: string): ApiError {
  try {
    const { reason, message } = JSON.parse(body) as V1Status;
    return new ApiError(status, reason ?? '', message ?? `The Kubernetes API server answered ${status}.`);
  } catch {
    return new ApiError(status, '', `The Kubernetes API server answered ${status}: ${body.slice(0, 200)}`);
  }
}

function urlOf(access: ClusterAccess, path: string, query: Query): URL {
  const url = new URL(`${(access.getCurrentCluster()?.server ?? '').replace(/\/$/, '')}${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}
