import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ContainerExit, ContainerLaunch, ContainerListener, ContainerProcess } from './container-process.ts';
import { runBuiltin } from './exec-builtins.ts';
import type { ContainerAddressKey } from './pod-network.ts';

interface Listening extends ContainerListener {
  close(): void;
}

/** Stands for a container: an HTTP server on each TCP port and a datagram echo on each UDP port, which say that they are simulated. */
export async function startSimulatedContainer(launch: ContainerLaunch, containerID: string): Promise<ContainerProcess> {
  const { env, log } = launch;
  const listening = await Promise.all(launch.ports.map((port) => listen(launch, port)));
  const exit = deferred();
  let timer: NodeJS.Timeout | undefined;
  const end = (result: ContainerExit) => {
    clearTimeout(timer);
    for (const server of listening.splice(0)) server.close();
    exit.resolve(result);
  };
  log.write(`Simulated container ${launch.container} of image ${launch.image} has started.\n`);
  const seconds = secondsUntilExit(env);
  if (seconds !== undefined) {
    timer = setTimeout(() => end({ exitCode: Number(env['KECS_SIMULATE_EXIT_CODE'] ?? 0) & 255 }), seconds * 1000);
  }
  return {
    containerID,
    simulated: true,
    runsCommands: false,
    ports: [...listening],
    exited: exit.promise,
    // 128 + 15 is what a program without a handler for SIGTERM ends with.
    terminate: () => end({ exitCode: 143 }),
    kill: () => end({ exitCode: 137 }),
    exec: (command, session) => runBuiltin(command, session, env),
  };
}

function secondsUntilExit(env: Readonly<Record<string, string>>): number | undefined {
  const { KECS_SIMULATE_EXIT_CODE: code, KECS_SIMULATE_EXIT_AFTER: after } = env;
  if (code === undefined && after === undefined) return undefined;
  const seconds = Number(after ?? 0);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : 0;
}

function listen(launch: ContainerLaunch, port: ContainerAddressKey): Promise<Listening> {
  return port.protocol === 'UDP' ? listenForDatagrams(launch, port) : listenForRequests(launch, port);
}

async function listenForRequests(launch: ContainerLaunch, port: ContainerAddressKey): Promise<Listening> {
  const server = createServer((request, response) => {
    launch.log.write(`${request.method} ${request.url}\n`);
    request.resume();
    response.setHeader('Content-Type', 'application/json');
    response.end(
      `${JSON.stringify({ ...identity(launch, port), method: request.method, path: request.url }, null, 2)}\n`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { ...port, address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port }, close };
}

async function listenForDatagrams(launch: ContainerLaunch, port: ContainerAddressKey): Promise<Listening> {
  const socket = createSocket('udp4');
  socket.on('message', (message, { port: from, address }) => {
    launch.log.write(`${message.length} bytes on UDP port ${port.containerPort}\n`);
    socket.send(message, from, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { ...port, address: { host: '127.0.0.1', port: socket.address().port }, close: () => void socket.close() };
}

function identity(launch: ContainerLaunch, { containerPort }: ContainerAddressKey): object {
  return {
    simulated: true,
    message: 'This container is simulated: no image was run.',
    image: launch.image,
    namespace: launch.namespace,
    pod: launch.pod,
    container: launch.container,
    containerPort,
    labels: launch.podLabels,
  };
}

function deferred(): { promise: Promise<ContainerExit>; resolve: (exit: ContainerExit) => void } {
  let resolve: (exit: ContainerExit) => void = () => {};
  const promise = new Promise<ContainerExit>((done) => (resolve = done));
  return { promise, resolve };
}
