import { type Socket, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Route } from '../model/route.ts';
import { connected, dial } from './dial.ts';

/**
 * What a stream allocates for each read costs more than the read itself, so a socket reads into one buffer again and
 * again. A connection that carries little touches, and so takes, only the first of its pages.
 */
const BUFFER_BYTES = 256 * 1024;

/**
 * Carries bytes both ways between the client and the route. The end of one direction leaves the other open; a broken
 * stream breaks the other one. @throws Error when the route does not answer.
 */
export async function forward(client: Socket, route: Route): Promise<void> {
  const abandoned = () => client.destroyed;
  if ('connect' in route) {
    const stream = await dial(() => route.connect(), abandoned);
    stream.pipe(client);
    join(client, stream);
  } else {
    const { host, port } = route;
    join(client, await dial(() => connected(socketFor(client, route), `${host}:${port}`), abandoned));
  }
}

/** A socket that writes to the client what it reads. */
function socketFor(client: Socket, to: { readonly host: string; readonly port: number }): Socket {
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  let waits = false;
  const goOn = () => {
    if (!waits || client.writableLength > 0) return;
    waits = false;
    upstream.resume();
  };
  const callback = (size: number): boolean => {
    client.write(buffer.subarray(0, size), goOn);
    // What the system did not take at once is still in the buffer.
    waits = client.writableLength > 0;
    return !waits;
  };
  const upstream = connect({ ...to, allowHalfOpen: true, noDelay: true, onread: { buffer, callback } });
  upstream.on('end', () => client.end());
  return upstream;
}

function join(client: Socket, upstream: Duplex): void {
  if (client.destroyed) return void upstream.destroy();
  client.pipe(upstream);
  breakWith(client, upstream);
  breakWith(upstream, client);
}

function breakWith(one: Duplex, other: Duplex): void {
  one.on('error', () => other.destroy());
  one.on('close', () => {
    // After both ends were said, the other side may still be writing what it has buffered.
    if (!one.readableEnded || !one.writableFinished) other.destroy();
  });
}
