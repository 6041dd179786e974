import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from './refusal.ts';

/** Hands on what is nobody's here; without a next handler the client is told. */
export function passOn(socket: Duplex, next: (() => void) | undefined): void {
  if (next) next();
  else refuseUpgrade(socket, { status: 404, message: 'KECS has no websocket there.' });
}

export function refuseUpgrade(socket: Duplex, { status, message }: Refusal): void {
  const body = JSON.stringify({ message });
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
