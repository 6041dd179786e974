import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** A container counts as running before its program listens, so a refused connection is tried again for a while. */
const RETRY_FOR_MS = 2_000;
const RETRY_EVERY_MS = 50;
const CONNECT_LIMIT_MS = 5_000;

/** Opens a stream. @throws the last error when it cannot be opened for a while, or when nobody waits any more. */
export async function dial<T extends Duplex>(open: () => Promise<T>, abandoned: () => boolean): Promise<T> {
  const deadline = Date.now() + RETRY_FOR_MS;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (abandoned() || Date.now() >= deadline) throw error;
      await delay(RETRY_EVERY_MS, undefined, { ref: false });
    }
  }
}

/** The socket once it is connected. @throws its error, or one that names the address which does not answer. */
export async function connected(socket: Socket, address: string): Promise<Socket> {
  const limit = setTimeout(() => {
    socket.destroy(new Error(`${address} did not answer within ${CONNECT_LIMIT_MS / 1000} s.`));
  }, CONNECT_LIMIT_MS).unref();
  try {
    await once(socket, 'connect');
    return socket;
  } finally {
    clearTimeout(limit);
  }
}
