import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface Probing {
  readonly pauseMs: number;
  /** After which an attempt is given up and made again. */
  readonly attemptMs: number;
  readonly limitMs: number;
}

/** Asks a port of this host again and again until it answers 200; resolves with the body. */
export async function firstOk(port: number, { pauseMs, attemptMs, limitMs }: Probing): Promise<string> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const body = await getBody(port, attemptMs);
    if (body !== undefined) return body;
    if (Date.now() > deadline) throw new Error(`Port ${port} did not answer with 200 within ${limitMs / 1000} s.`);
    await delay(pauseMs);
  }
}

/** A connection of its own, as a new client has it. */
function getBody(port: number, timeout: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/', agent: false, timeout }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve(response.statusCode === 200 ? body : undefined));
      response.on('error', () => resolve(undefined));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
    request.on('close', () => resolve(undefined));
  });
}
