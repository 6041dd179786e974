import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { ContainerLog } from '../container-log.ts';
import type { ContainerListener, ContainerProcess } from '../container-process.ts';
import { ContainerStartError } from '../container-runtime.ts';
import type { Log } from '../../util/log.ts';
import { endOf } from './container-end.ts';
import { isStatus, wordsOf } from './docker-error.ts';
import { execInDocker } from './docker-exec.ts';
import { framesOf } from './engine-stream.ts';
import { untilListening } from './listening.ts';

export interface DockerStart {
  readonly container: Docker.Container;
  readonly isTerminal: boolean;
  readonly stopSignal: string;
  readonly ports: readonly ContainerListener[];
  /** What the container writes. */
  readonly output: ContainerLog;
  readonly log: Log;
}

/** So many ms a container gets to listen on its ports before it is told of. */
const settlingMs = 2_000;

/** The end of a container's output may come after the container's; so many ms at most it is waited for. */
const outputLimitMs = 5_000;

/** @throws ContainerStartError */
export async function startInDocker(start: DockerStart): Promise<ContainerProcess> {
  const { container, isTerminal, stopSignal, ports, output, log } = start;
  const containerID = `docker://${container.id}`;
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const written = copy(stream, isTerminal, output);
  try {
    await container.start();
  } catch (error) {
    throw new ContainerStartError(wordsOf(error), containerID);
  }
  const exited = endOf(container).then(async (exit) => {
    await Promise.race([written, delay(outputLimitMs, undefined, { ref: false })]);
    return exit;
  });
  await settled(ports, exited);
  const signal = (name: string) =>
    void container.kill({ signal: name }).catch((error: unknown) => {
      // It has ended meanwhile.
      if (!isStatus(error, 404, 409)) log.warn(`${name} did not reach container ${container.id}: ${wordsOf(error)}`);
    });
  return {
    containerID,
    simulated: false,
    runsCommands: true,
    ports,
    exited,
    terminate: () => signal(stopSignal),
    kill: () => signal('SIGKILL'),
    exec: (command, session) => execInDocker(container, command, session),
  };
}

async function settled(ports: readonly ContainerListener[], exited: Promise<unknown>): Promise<void> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), settlingMs);
  void exited.then(() => end.abort());
  await untilListening(ports, end.signal);
  clearTimeout(timer);
}

async function copy(stream: NodeJS.ReadableStream, isTerminal: boolean, output: ContainerLog): Promise<void> {
  const decoders = new Map<number, StringDecoder>();
  try {
    for await (const { stream: number, data } of framesOf(stream, isTerminal)) {
      const decoder = decoders.get(number) ?? new StringDecoder();
      decoders.set(number, decoder);
      output.write(decoder.write(data));
    }
  } catch {
    // The engine went away: what it has not sent is lost, and the container's end is told elsewhere.
  }
}
