import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: () => Record<string, unknown>;
}

interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  /** The operation of ECS to call. */
  readonly operation?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A list is sent in chunks, without Content-Length. */
  readonly body?: string | Buffer | readonly string[];
}

/** A request as a careless client sends it. */
export async function sendRaw(
  port: number,
  { method = 'POST', path = '/', operation, headers, body }: RawRequest,
): Promise<RawAnswer> {
  const target = operation === undefined ? {} : { 'X-Amz-Target': `AmazonEC2ContainerServiceV20141113.${operation}` };
  const outgoing = request({ host: '127.0.0.1', port, method, path, agent: false, headers: { ...target, ...headers } });
  const answered = once(outgoing, 'response');
  if (Array.isArray(body)) body.forEach((chunk: string) => outgoing.write(chunk));
  outgoing.end(Array.isArray(body) ? undefined : body);
  const [response] = await answered;
  const answer = await text(response);
  return {
    status: response.statusCode,
    headers: response.headers,
    text: answer,
    json: () => JSON.parse(answer) as Record<string, unknown>,
  };
}
