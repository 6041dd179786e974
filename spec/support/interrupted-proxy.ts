import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { type ApiClient, ApiError } from '../../lib/kubernetes/api-client.ts';

/** Stands before a real API server, passes GETs on, and cuts connections or is away when told to. */
export interface InterruptedProxy {
  readonly url: string;
  /** How many requests came while it was away or gone. */
  readonly turnedAway: () => number;
  mode: 'pass' | 'away' | 'gone';
  cut(): void;
  close(): void;
}

export async function startInterruptedProxy(api: ApiClient): Promise<InterruptedProxy> {
  let turnedAway = 0;
  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const watches = searchParams.has('watch');
    if (proxy.mode === 'away' || (proxy.mode === 'gone' && watches)) turnedAway += 1;
    if (proxy.mode === 'away') return void request.socket.destroy();
    if (proxy.mode === 'gone' && watches) {
      response.statusCode = 410;
      return void response.end(JSON.stringify({ kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }));
    }
    const ended = new AbortController();
    response.once('close', () => ended.abort());
    api.stream(pathname, Object.fromEntries(searchParams), ended.signal).then(
      (answer) => {
        response.writeHead(answer.statusCode ?? 200).flushHeaders();
        pipeline(answer, response, () => undefined);
      },
      (error: unknown) => response.writeHead(error instanceof ApiError ? error.status : 502).end('{}'),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: InterruptedProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    turnedAway: () => turnedAway,
    mode: 'pass',
    cut: () => server.closeAllConnections(),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return proxy;
}
