import { once } from 'node:events';
import { connect } from 'node:net';

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
