import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A request handler of express, connect and node:http alike: it calls `next` for what is not its own. */
export type Mountable = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => unknown;

/** For the event `upgrade` of a server: it calls `next` for what is not its own. */
export type Upgradable = (request: IncomingMessage, socket: Duplex, head: Buffer, next: () => void) => void;

/** Gives the request to `handler`. Resolves to whether it is done with: answered (or its client gone), not passed on. */
export function offer(handler: Mountable, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const done = () => resolve(true);
    const next = (error?: unknown) => {
      response.off('close', done);
      if (error) reject(error as Error);
      else resolve(false);
    };
    response.once('close', done);
    Promise.resolve(handler(request, response, next)).catch(reject);
  });
}
