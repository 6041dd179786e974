import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Route } from '../model/route.ts';

/** A container counts as running before its program listens, so a refused connection is tried again for a while. */
const RETRY_FOR_MS = 2_000;
const RETRY_EVERY_MS = 50;
const CONNECT_LIMIT_MS = 5_000;

/** Opens a stream to the route. @throws the last error when the route does not answer, or when nobody waits any more. */
export async function dial(route: Route, abandoned: () => boolean): Promise<Duplex> {
  const deadline = Date.now() + RETRY_FOR_MS;
  for (;;) {
    try {
      return await ('connect' in route ? route.connect() : connect(route));
    } catch (error) {
      if (abandoned() || Date.now() >= deadline) throw error;
      await delay(RETRY_EVERY_MS, undefined, { ref: false });
    }
  }
}

/** Carries bytes both ways. The end of one direction leaves the other open; a broken stream breaks the other one. */
export function join(one: Duplex, other: Duplex): void {
  follow(one, other);
  follow(other, one);
}

async function connect({ host, port }: { host: string; port: number }): Promise<Duplex> {
  const socket = connectSocket({ host, port, allowHalfOpen: true, noDelay: true });
  const limit = setTimeout(() => {
    socket.destroy(new Error(`${host}:${port} did not answer within ${CONNECT_LIMIT_MS / 1000} s.`));
  }, CONNECT_LIMIT_MS).unref();
  try {
    await once(socket, 'connect');
    return socket;
  } finally {
    clearTimeout(limit);
  }
}

function follow(from: Duplex, to: Duplex): void {
  from.pipe(to);
  from.on('error', () => to.destroy());
  from.on('close', () => {
    // After both ends were said, the other side may still be writing what it has buffered.
    if (!from.readableEnded || !from.writableFinished) to.destroy();
  });
}
