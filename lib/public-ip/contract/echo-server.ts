import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** Sends back what it receives, over TCP and UDP, on one port of 127.0.0.1: it stands for a container. */
export interface EchoServer {
  readonly port: number;
  close(): Promise<void>;
}

export async function startEchoServer(): Promise<EchoServer> {
  const connections = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => connections.delete(socket));
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const udp = await startUdp(port);
  if (udp) return { port, close: () => close(server, connections, udp) };
  // The system gave a TCP port whose UDP twin somebody has.
  server.close();
  return startEchoServer();
}

async function startUdp(port: number): Promise<UdpSocket | undefined> {
  const udp = createSocket('udp4');
  udp.on('message', (message, from) => udp.send(message, from.port, from.address));
  udp.bind(port, '127.0.0.1');
  try {
    await once(udp, 'listening');
    return udp;
  } catch {
    udp.close();
    return undefined;
  }
}

async function close(server: ReturnType<typeof createServer>, connections: Iterable<Socket>, udp: UdpSocket) {
  const closed = [once(server.close(), 'close'), once(udp.close(), 'close')];
  for (const connection of connections) connection.destroy();
  await Promise.all(closed);
}
