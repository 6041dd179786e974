import { type RequestListener, type Server, createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import type { Config } from './config.ts';
import type { Emulator } from './emulator.ts';
import { answerEc2NotFound } from './protocol/ec2-not-found.ts';

export interface RunningServer {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly server: Server;
  /** Stops listening; requests that are under way are answered first. */
  close(): Promise<void>;
}

/**
 * The emulator on a port of its own, by default that of its configuration.
 * @throws Error that names the port and the way out when it is taken.
 */
export async function listen(
  emulator: Emulator,
  { host, port }: Pick<Config, 'host' | 'port'> = emulator.config,
): Promise<RunningServer> {
  const answerNotFound = createNotFoundHandler();
  // The emulator's router stands before express: its requests are the hot path, and express takes half of their time.
  const server = createServer((request, response) =>
    emulator.router(request, response, () => answerNotFound(request, response)),
  ).on('upgrade', (request, socket, head) => emulator.upgrade(request, socket, head));
  server.listen(port, host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw listenError(error, host, port);
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`, server, close: () => close(server) };
}

/** Express waits for the first request that is not the emulator's: loading it costs a quarter of the time to start. */
function createNotFoundHandler(): RequestListener {
  let app: Promise<Express> | undefined;
  return (request, response) => {
    app ??= createNotFoundApp();
    void app.then((handle) => handle(request, response));
  };
}

async function createNotFoundApp(): Promise<Express> {
  const { default: express } = await import('express');
  const app = express();
  app.disable('x-powered-by');
  app.use((request, response) => {
    if (answerEc2NotFound(request, response)) return;
    response.status(404).json({
      message:
        `KECS has nothing at ${request.method} ${request.path}. It answers the Amazon ECS API (POST / with X-Amz-Target ` +
        'AmazonEC2ContainerServiceV20141113.*) and the DescribeNetworkInterfaces of EC2 for its own tasks.',
    });
  });
  return app;
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new Error(
      `Port ${port} of ${host} is taken by another program. Stop it, or choose another port with --port (0 takes any free one).`,
      { cause: error },
    );
  }
  if (error.code === 'EACCES') {
    return new Error(`This user may not listen on port ${port}. Choose a port of 1024 or more with --port.`, {
      cause: error,
    });
  }
  return new Error(
    `KECS cannot listen on ${host}, port ${port} (${error.message}). Name an address of this machine with --host.`,
    { cause: error },
  );
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await closed;
}
