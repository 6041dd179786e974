import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { PodNetwork } from './pod-network.ts';
import { badRequest } from './status-error.ts';

const protocols = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v3.channel.k8s.io',
  'v2.channel.k8s.io',
  'channel.k8s.io',
];

/** Upgrades a request to one of the websocket protocols that Kubernetes speaks. */
export async function acceptWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<WebSocket> {
  const offered = request.headers['sec-websocket-protocol']?.split(',').map((protocol) => protocol.trim());
  const protocol = protocols.find((known) => offered?.includes(known));
  if (!protocol) throw badRequest(`The embedded Kubernetes speaks ${protocols[0]}, not ${offered?.join(', ')}.`);
  // Loaded by the first who needs it: most programs never exec.
  const { WebSocketServer } = await import('ws');
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => protocol });
  return new Promise((resolve) => server.handleUpgrade(request, socket, head, resolve));
}

/** Each port has a data and an error channel, whose first message is the port itself, as the kubelet writes it. */
export function servePortForward(
  webSocket: WebSocket,
  ports: readonly number[],
  podIP: string,
  network: PodNetwork,
): void {
  const upstreams = ports.map((port, index) => {
    const data = index * 2;
    const send = (channel: number, bytes: Buffer) => {
      if (webSocket.readyState === webSocket.OPEN) webSocket.send(Buffer.concat([Buffer.of(channel), bytes]));
    };
    const header = Buffer.alloc(2);
    header.writeUInt16LE(port);
    send(data, header);
    send(data + 1, header);
    const address = network.find(podIP, port, 'TCP');
    const refuse = (why: string) => {
      send(data + 1, Buffer.from(`failed to connect to port ${port} inside the pod: ${why}`));
      webSocket.close(1000);
    };
    if (!address) {
      refuse('connection refused');
      return undefined;
    }
    const upstream = connect(address);
    upstream.on('data', (bytes) => send(data, bytes));
    upstream.once('error', ({ message }) => refuse(message));
    upstream.once('end', () => webSocket.close(1000));
    return upstream;
  });
  webSocket.on('message', (message: Buffer) => {
    const channel = message[0] ?? 0;
    if (channel % 2 === 0) upstreams[channel / 2]?.write(message.subarray(1));
  });
  webSocket.once('close', () => upstreams.forEach((upstream) => upstream?.destroy()));
}
