import { once } from 'node:events';
import { type Socket, connect } from 'node:net';

/** Whether something answers at an address: an open port or a refusal, but not silence. */
export async function isReachable(host: string, port: number, limitMs: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(limitMs) });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}

/** A connection that is open. @throws the system's error when nobody listens there */
export async function connectedTo(address: { readonly host: string; readonly port: number }): Promise<Socket> {
  const socket = connect(address);
  await once(socket, 'connect');
  return socket;
}
