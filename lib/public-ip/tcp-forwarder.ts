import { on, once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Log } from '../util/log.ts';
import { dialled } from './dialled.ts';
import { forward } from './forward.ts';
import type { Route } from '../model/route.ts';
import type { PortBinding, PortForwarder } from './port-forwarder.ts';

/** Connections that wait for the task to run; more are closed, so that a task that never starts costs little. */
const MOST_WAITING = 64;

/** On one host a connection arrives in far less than a millisecond; a busy event loop takes its time to see it. */
const arrivalMs = 2_000;

export async function bindTcp({ address, port, log }: PortBinding): Promise<PortForwarder> {
  // Paused, nothing is read from a client before there is somebody to take it; half-open, its FIN ends only its own direction.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
  server.listen({ host: address, port });
  await once(server, 'listening');
  const { port: boundPort } = server.address() as AddressInfo;
  await checkThatItIsReached(server, address, boundPort);
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
  // One connection that could not be accepted (too many open files) must not end the process.
  server.on('error', (error) => log.debug(`TCP host port ${boundPort}: ${error.message}`));

  return {
    port: boundPort,
    open: (to) => {
      route = to;
      for (const client of waiting) void serve(client, to, log);
      waiting = [];
    },
    close: () => close(server, clients),
  };
}

/**
 * A port that was bound need not be reached: on a host that is a node of a Kubernetes, kube-proxy's rules take what is sent to
 * the NodePort of any Service, and those of 32000–32767 are host ports of ours ("Virtual IPs and Service Proxies").
 * @throws Error with the code EADDRINUSE.
 */
async function checkThatItIsReached(server: Server, address: string, port: number): Promise<void> {
  const signal = AbortSignal.timeout(arrivalMs);
  const arrivals = on(server, 'connection', { signal });
  const client = connect({ host: dialled(address), port });
  try {
    await once(client, 'connect', { signal });
    for await (const [arrived] of arrivals as AsyncIterable<[Socket]>) {
      const { remotePort } = arrived;
      arrived.destroy();
      if (remotePort === client.localPort) return;
    }
  } catch (error) {
    server.close();
    const message = `What is sent to ${address}:${port} goes elsewhere, perhaps to a NodePort.`;
    throw Object.assign(new Error(message, { cause: error }), { code: 'EADDRINUSE' });
  } finally {
    void arrivals.return?.();
    client.destroy();
  }
}

async function serve(client: Socket, route: Route, log: Log): Promise<void> {
  try {
    await forward(client, route);
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
