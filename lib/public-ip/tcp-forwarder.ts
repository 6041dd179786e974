import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Log } from '../util/log.ts';
import { dial, join } from './dial.ts';
import type { Route } from './node-port-network.ts';
import type { PortBinding, PortForwarder } from './port-forwarder.ts';

/** Connections that wait for the task to run; more are closed, so that a task that never starts costs little. */
const MOST_WAITING = 64;

export async function bindTcp({ address, port, log }: PortBinding): Promise<PortForwarder> {
  // Paused, nothing is read from a client before there is somebody to take it; half-open, its FIN ends only its own direction.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
  const clients = new Set<Socket>();
  let waiting: Socket[] = [];
  let route: Route | undefined;

  server.on('connection', (client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.on('error', () => client.destroy());
    if (route) void serve(client, route, log);
    else if (waiting.length < MOST_WAITING) waiting.push(client);
    else client.destroy();
  });
  server.listen({ host: address, port });
  await once(server, 'listening');
  // One connection that could not be accepted (too many open files) must not end the process.
  server.on('error', (error) => log.debug(`TCP host port ${port}: ${error.message}`));

  return {
    port: (server.address() as AddressInfo).port,
    open: (to) => {
      route = to;
      for (const client of waiting) void serve(client, to, log);
      waiting = [];
    },
    close: () => close(server, clients),
  };
}

async function serve(client: Socket, route: Route, log: Log): Promise<void> {
  try {
    const upstream = await dial(route, () => client.destroyed);
    if (client.destroyed) upstream.destroy();
    else join(client, upstream);
  } catch (error) {
    log.debug(`A connection to host port ${client.localPort} was closed: ${(error as Error).message}`);
    client.destroy();
  }
}

function close(server: Server, clients: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    // A second close answers an error; the port is free all the same.
    server.close(() => resolve());
    for (const client of clients) client.destroy();
  });
}
