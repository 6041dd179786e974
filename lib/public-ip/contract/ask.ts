import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { isIPv6 } from 'node:net';

const LIMIT_MS = 5_000;
const UDP_REPEAT_MS = 100;

export interface PublicAddress {
  readonly publicIp: string;
  readonly hostPort: number;
  readonly protocol: 'tcp' | 'udp';
}

/** Sends a text to a public port, ends its own direction, and answers all that comes back. */
export function ask(address: PublicAddress, text: string, limitMs = LIMIT_MS): Promise<string> {
  return address.protocol === 'tcp' ? askTcp(address, text, limitMs) : askUdp(address, text, limitMs);
}

function askTcp({ publicIp, hostPort }: PublicAddress, text: string, limitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: publicIp, port: hostPort, allowHalfOpen: true }, () => socket.end(text));
    socket.setTimeout(limitMs, () =>
      socket.destroy(new Error(`${publicIp}:${hostPort} said nothing for ${limitMs} ms.`)),
    );
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => resolve(Buffer.concat(chunks).toString()));
    socket.on('error', reject);
  });
}

/** A datagram may be lost, so it is repeated until an answer comes. */
function askUdp({ publicIp, hostPort }: PublicAddress, text: string, limitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(publicIp) ? 'udp6' : 'udp4');
    const send = () => socket.send(text, hostPort, publicIp);
    const repeat = setInterval(send, UDP_REPEAT_MS);
    const silence = new Error(`UDP ${publicIp}:${hostPort} did not answer within ${limitMs} ms.`);
    const limit = setTimeout(() => finish(() => reject(silence)), limitMs);
    const finish = (settle: () => void) => {
      clearInterval(repeat);
      clearTimeout(limit);
      socket.close();
      settle();
    };
    socket.once('message', (message) => finish(() => resolve(message.toString())));
    socket.once('error', (error) => finish(() => reject(error)));
    send();
  });
}
