import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { type Endpoint, call } from './ecs-call.ts';

export interface ServerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  /** Where its output is kept while it runs. */
  readonly directory: string;
}

export interface ServerProcess extends Endpoint {
  readonly pid: number;
  /** From its start until it had answered ListClusters. */
  readonly readyAfterMs: number;
  stop(): Promise<void>;
}

const readyLimitMs = 30_000;
const stopLimitMs = 15_000;

/** Starts a server and resolves once it has answered ListClusters. */
export async function startServer(server: ServerCommand): Promise<ServerProcess> {
  const log = join(server.directory, `${server.name}-${server.port}.log`);
  const output = await open(log, 'w');
  const startedAt = performance.now();
  const child = spawn(server.command, server.args, {
    stdio: ['ignore', output.fd, output.fd],
    env: { ...process.env, ...server.env },
  });
  await output.close();
  const endpoint = { name: server.name, port: server.port };
  const end = (): void => void child.kill('SIGKILL');
  process.on('exit', end);
  const stop = async (): Promise<void> => {
    await stopChild(child);
    process.off('exit', end);
  };
  try {
    await untilAnswered(endpoint, child, startedAt);
  } catch (error) {
    await stop();
    throw new Error(`${server.name} did not start; its last words: ${(await readFile(log, 'utf8')).slice(-1000)}`, {
      cause: error,
    });
  }
  const readyAfterMs = performance.now() - startedAt;
  return { ...endpoint, pid: child.pid ?? 0, readyAfterMs, stop };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no free port.');
  return address.port;
}

async function untilAnswered(endpoint: Endpoint, child: ChildProcess, startedAt: number): Promise<void> {
  for (;;) {
    try {
      await call(endpoint, 'ListClusters', {});
      return;
    } catch (error) {
      if (child.exitCode !== null || child.signalCode !== null) throw error;
      if (performance.now() - startedAt > readyLimitMs) throw error;
    }
    await delay(2);
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  await exited;
  clearTimeout(kill);
}
