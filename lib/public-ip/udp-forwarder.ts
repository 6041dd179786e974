import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { PortBinding, PortForwarder } from './port-forwarder.ts';
import type { Route } from '../model/route.ts';

const MOST_WAITING = 64;
const MOST_CLIENTS = 1_024;
/** The UDP timeout of Linux's connection tracking for a stream (nf_conntrack_udp_timeout_stream, 120 s). */
const IDLE_MS = 120_000;

type Dialled = Extract<Route, { host: string }>;

export async function bindUdp({ address, port, log }: PortBinding): Promise<PortForwarder> {
  const server = createSocket(familyOf(address));
  const clients = new Map<string, UpstreamSocket>();
  let waiting: [Buffer, RemoteInfo][] = [];
  let route: Dialled | undefined;

  const forward = (message: Buffer, from: RemoteInfo, to: Dialled) => {
    const key = `${from.address} ${from.port}`;
    const upstream = clients.get(key) ?? openUpstream(to, (reply) => server.send(reply, from.port, from.address));
    if (!clients.has(key)) remember(clients, key, upstream);
    upstream.send(message);
  };
  server.on('message', (message, from) => {
    if (route) forward(message, from, route);
    else if (waiting.length < MOST_WAITING) waiting.push([message, from]);
  });
  await bind(server, address, port);
  // A reply to a client that is gone may fail; UDP promises nothing.
  server.on('error', (error) => log.debug(`UDP host port ${port}: ${error.message}`));

  return {
    port: server.address().port,
    open: (to) => {
      if ('connect' in to) throw new Error(unreachable(server.address().port));
      route = to;
      for (const [message, from] of waiting) forward(message, from, to);
      waiting = [];
    },
    close: async () => {
      for (const upstream of clients.values()) upstream.close();
      await closeSocket(server);
    },
  };
}

async function bind(server: Socket, address: string, port: number): Promise<void> {
  server.bind({ address, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    await closeSocket(server);
    throw error;
  }
}

interface UpstreamSocket {
  send(message: Buffer): void;
  close(): void;
  onClose(listener: () => void): void;
}

/** A socket per client, so that the container sees them apart and its replies find their way back. */
function openUpstream({ host, port }: Dialled, reply: (message: Buffer) => void): UpstreamSocket {
  const socket = createSocket(familyOf(host));
  const idle = setTimeout(() => void closeSocket(socket), IDLE_MS).unref();
  socket.on('message', (message, from) => {
    idle.refresh();
    if (from.port === port) reply(message);
  });
  socket.on('error', () => void closeSocket(socket));
  socket.on('close', () => clearTimeout(idle));
  return {
    send: (message) => {
      idle.refresh();
      socket.send(message, port, host);
    },
    close: () => void closeSocket(socket),
    onClose: (listener) => socket.on('close', listener),
  };
}

function remember(clients: Map<string, UpstreamSocket>, key: string, upstream: UpstreamSocket): void {
  if (clients.size >= MOST_CLIENTS) clients.values().next().value?.close();
  clients.set(key, upstream);
  upstream.onClose(() => {
    if (clients.get(key) === upstream) clients.delete(key);
  });
}

function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    try {
      socket.close(() => resolve());
    } catch {
      // Closed before: dgram throws ERR_SOCKET_DGRAM_NOT_RUNNING then.
      resolve();
    }
  });
}

const familyOf = (address: string) => (isIPv6(address) ? 'udp6' : 'udp4');

const unreachable = (port: number) =>
  `UDP host port ${port} leads nowhere: the cluster's nodes cannot be reached from this host, and the API server's ` +
  `port-forward carries TCP only (Kubernetes, "Use Port Forwarding to Access Applications in a Cluster").`;
