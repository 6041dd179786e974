import { once } from 'node:events';
import http, { type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { V1Pod } from '@kubernetes/client-node';

/** An API server that has the Pods which a spec gives it, and ends, cuts or refuses watches when told to. */
export interface ScriptedApiServer {
  readonly url: string;
  /** How often it was asked for a list, and for a watch. */
  readonly asked: { lists: number; watches: number };
  readonly pods: Map<string, V1Pod>;
  /** What a new watch is answered: a stream, a 410, or nothing but the end of the stream. */
  watchAnswer: 'stream' | 'gone' | 'end';
  send(type: string, object: object): void;
  /** Ends the open watches, as the API server does in its own time. */
  endWatches(): void;
  /** Cuts all connections in the middle of what they say, and accepts no more. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export async function startScriptedApiServer(): Promise<ScriptedApiServer> {
  const watches = new Set<ServerResponse>();
  const server = http.createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    if (!searchParams.has('watch')) {
      scripted.asked.lists += 1;
      const body = { kind: 'PodList', metadata: { resourceVersion: '1' }, items: [...scripted.pods.values()] };
      response.end(JSON.stringify(body));
      return;
    }
    scripted.asked.watches += 1;
    if (scripted.watchAnswer === 'gone') {
      response.statusCode = 410;
      response.end(
        JSON.stringify({ kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }),
      );
    } else if (scripted.watchAnswer === 'end') response.end();
    else {
      response.writeHead(200).flushHeaders();
      watches.add(response);
      response.once('close', () => watches.delete(response));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const goAway = async () => {
    for (const watch of watches) watch.write('{"type":"MODIF');
    server.close();
    server.closeAllConnections();
  };
  const scripted: ScriptedApiServer = {
    url: `http://127.0.0.1:${port}`,
    asked: { lists: 0, watches: 0 },
    pods: new Map(),
    watchAnswer: 'stream',
    send: (type, object) => watches.forEach((watch) => watch.write(`${JSON.stringify({ type, object })}\n`)),
    endWatches: () => watches.forEach((watch) => watch.end()),
    goAway,
    comeBack: async () => {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    close: goAway,
  };
  return scripted;
}
