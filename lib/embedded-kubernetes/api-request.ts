import type { IncomingMessage, ServerResponse } from 'node:http';
import { resourceTypes, type ResourceType } from './resource-types.ts';
import { StatusError, badRequest } from './status-error.ts';

/** What a path names. */
export interface ApiTarget {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** One call of the API. */
export interface ApiRequest extends ApiTarget {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const pathPattern =
  /^\/(?:api\/v1|apis\/([^/]+)\/v1)\/(?:namespaces\/([^/]+)\/)?([a-z]+)(?:\/([^/]+)(?:\/([a-z]+))?)?$/;

export function parseTarget(path: string): ApiTarget | undefined {
  const [, group = '', namespace, plural, name, subresource] = pathPattern.exec(path) ?? [];
  const type = resourceTypes.find((one) => one.name === plural && one.group === group);
  if (type && (type.namespaced || namespace === undefined)) return { type, namespace, name, subresource };
  // /namespaces/x/status matches as a resource "status" of the namespace x.
  const own = /^\/api\/v1\/namespaces\/([^/]+)\/(status|finalize)$/.exec(path);
  const namespaceType = resourceTypes.find((one) => one.kind === 'Namespace');
  return own && namespaceType
    ? { type: namespaceType, namespace: undefined, name: own[1], subresource: own[2] }
    : undefined;
}

/** The real API server's own limit of a request body. */
const bodyLimit = 3 * 1024 * 1024;

export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (request.headers['content-type'] === 'application/vnd.kubernetes.protobuf') {
    const message =
      'The embedded Kubernetes reads JSON, not protobuf: use kubectl create -f or apply -f for this object.';
    throw new StatusError(415, 'UnsupportedMediaType', message);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit)
      throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${bodyLimit}`);
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
}

export function sendJson(response: ServerResponse, code: number, body: object): void {
  const text = Buffer.from(`${JSON.stringify(body)}\n`);
  response.writeHead(code, { 'Content-Type': 'application/json', 'Content-Length': text.length });
  response.end(text);
}

export function isTrue(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value === 'true' || value === '1' || value === '';
}

export function numberOf(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^\d+$/.test(value)) throw badRequest(`strconv.ParseInt: parsing "${value}": invalid syntax`);
  return Number(value);
}
