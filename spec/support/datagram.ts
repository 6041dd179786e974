import { createSocket } from 'node:dgram';
import { waitFor } from './wait-for.ts';

/** Sends a datagram until an answer comes back: datagrams may be lost. */
export async function datagramAnswer(port: number, message: string): Promise<string> {
  const socket = createSocket('udp4');
  let answer: string | undefined;
  socket.on('message', (data) => (answer = data.toString()));
  // A port on which nobody listens says so by ICMP.
  socket.on('error', () => undefined);
  const send = setInterval(() => socket.send(message, port, '127.0.0.1'), 50);
  try {
    return await waitFor(`an answer from UDP port ${port}`, () => answer, 10_000);
  } finally {
    clearInterval(send);
    socket.close();
  }
}
