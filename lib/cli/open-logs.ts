import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { json } from 'node:stream/consumers';
import { endpointPath, nobodyAnswers } from './endpoint.ts';

export interface AskedLogs {
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly tail: number | undefined;
}

/** A container's output as it comes. @throws Error in KECS's words */
export async function openLogs(
  endpoint: string,
  taskArn: string,
  container: string,
  { follow, timestamps, tail }: AskedLogs,
): Promise<AsyncIterable<Buffer>> {
  const url = endpointPath(endpoint, `/_kecs/tasks/${encodeURIComponent(taskArn)}/logs`);
  url.searchParams.set('container', container);
  if (follow) url.searchParams.set('follow', 'true');
  if (timestamps) url.searchParams.set('timestamps', 'true');
  if (tail !== undefined) url.searchParams.set('tail', String(tail));
  // Not fetch: it gives a body up that is silent for five minutes.
  const request = (url.protocol === 'https:' ? https : http).get(url);
  const [response] = (await once(request, 'response').catch((error: Error) => {
    throw nobodyAnswers(endpoint, error);
  })) as [IncomingMessage];
  if (response.statusCode === 200) return untilBroken(response, container, endpoint);
  throw await refusal(response, endpoint);
}

async function* untilBroken(response: IncomingMessage, container: string, endpoint: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch (error) {
    throw new Error(
      `The output of container ${container} broke off: the KECS at ${endpoint} has ended, or has lost its Kubernetes.`,
      { cause: error },
    );
  }
}

/** What answers may be no KECS, or an older one. */
export async function refusal(response: IncomingMessage, endpoint: string): Promise<Error> {
  const body = await json(response).catch(() => undefined);
  const message = (body as { message?: unknown } | undefined)?.message;
  if (typeof message === 'string') return new Error(message);
  return new Error(`What answers at ${endpoint} is no KECS: it answered ${response.statusCode}.`);
}
