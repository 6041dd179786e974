import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { PortAddress } from './pod-network.ts';

/** Finds where a new connection has to go; nothing while no endpoint is ready. */
export type Resolve = () => PortAddress | undefined;

export interface NodePortListener {
  close(): void;
}

/** @throws when the host port is taken. */
export async function listenForTcp(at: PortAddress, resolve: Resolve): Promise<NodePortListener> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const target = resolve();
    if (!target) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ ...target, allowHalfOpen: true, noDelay: true });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.once('error', () => other.destroy());
      one.once('close', () => sockets.delete(one));
    }
    client.once('close', () => upstream.destroy());
    upstream.once('error', () => client.resetAndDestroy());
  });
  server.listen(at.port, at.host);
  await once(server, 'listening');
  return {
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A client's datagrams go through a socket of its own, so that answers find the way back; it is dropped after a silent minute. */
export async function listenForUdp(at: PortAddress, resolve: Resolve): Promise<NodePortListener> {
  const flows = new Map<string, { socket: DatagramSocket; timer: NodeJS.Timeout }>();
  const server = createSocket('udp4');
  server.on('message', (message, { address, port }) => {
    const target = resolve();
    if (!target) return;
    const key = `${address}:${port}`;
    let flow = flows.get(key);
    if (!flow) {
      const socket = createSocket('udp4');
      socket.on('message', (answer) => server.send(answer, port, address));
      socket.on('error', () => {});
      const drop = () => {
        flows.delete(key);
        socket.close();
      };
      flow = { socket, timer: setTimeout(drop, 60_000).unref() };
      flows.set(key, flow);
    }
    flow.timer.refresh();
    flow.socket.send(message, target.port, target.host);
  });
  server.bind(at.port, at.host);
  await once(server, 'listening');
  // Linux reports an earlier answer's ICMP error here; the next datagram is not affected.
  server.on('error', () => {});
  return {
    close: () => {
      server.close();
      for (const { socket, timer } of flows.values()) {
        clearTimeout(timer);
        socket.close();
      }
    },
  };
}
