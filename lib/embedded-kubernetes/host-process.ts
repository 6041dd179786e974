import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { constants } from 'node:os';
import type { ContainerExit, ContainerLaunch, ContainerListener, ContainerProcess } from './container-process.ts';

/** Runs the command that the configuration names for an image; the API never chooses it, and no shell reads it. */
export async function startHostProcess(
  command: readonly string[],
  launch: ContainerLaunch,
  containerID: string,
): Promise<ContainerProcess> {
  const ports = await Promise.all(
    launch.ports.map(async (port): Promise<ContainerListener> => ({
      ...port,
      address: { host: '127.0.0.1', port: await freePort() },
    })),
  );
  const [program = '', ...args] = command.map((word) => substituted(word, ports));
  // A group of its own, so that a signal reaches what the program has started too.
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...launch.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => launch.log.write(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => launch.log.write(text));
  const exited = exitOf(child);
  await once(child, 'spawn');
  return {
    containerID,
    simulated: false,
    runsCommands: false,
    ports,
    exited,
    terminate: () => signal(child, 'SIGTERM'),
    kill: () => signal(child, 'SIGKILL'),
    exec: ([name = '']) =>
      Promise.reject(
        new Error(
          `exec: "${name}": permission denied: this container is a process of the host, where nothing over the API may run a command`,
        ),
      ),
  };
}

function substituted(word: string, ports: readonly ContainerListener[]): string {
  return word.replaceAll('{host}', '127.0.0.1').replaceAll(/\{port:(\d+)\}/g, (placeholder, containerPort: string) => {
    const listener = ports.find((port) => port.containerPort === Number(containerPort));
    return listener ? String(listener.address.port) : placeholder;
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function exitOf(child: ChildProcess): Promise<ContainerExit> {
  return new Promise((resolve) => {
    child.once('close', (code, name) => {
      const number = name ? constants.signals[name] : undefined;
      resolve(number === undefined ? { exitCode: code ?? 0 } : { exitCode: 128 + number, signal: number });
    });
  });
}

function signal(child: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
