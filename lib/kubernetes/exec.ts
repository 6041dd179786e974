import type { V1Status } from '@kubernetes/client-node';
import type { WebSocket } from 'ws';
import { CommandNotStarted, type ExecStreams, type TerminalSize } from '../runtime/task-runtime.ts';
import type { ApiClient } from './api-client.ts';
import { endsInput, openChannelSocket } from './channel-socket.ts';
import { encodeName, taskNames } from './names.ts';

export interface ExecTarget {
  readonly taskArn: string;
  readonly container: string;
  readonly command: readonly string[];
}

/** The channels of an exec session (k8s.io/apimachinery/pkg/util/remotecommand/constants.go). */
const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

export async function execInContainer(api: ApiClient, target: ExecTarget, streams: ExecStreams): Promise<number> {
  const { stdin, sizes, signal } = streams;
  const socket = await openChannelSocket(api.access, pathOf(target, streams), signal).catch((error: Error) => {
    signal?.throwIfAborted();
    throw cannotEnter(target, error.message, error);
  });
  try {
    const status = await new Promise<V1Status | undefined>((resolve, reject) => {
      receive(socket, streams, resolve);
      if (stdin) sendInput(socket, stdin).catch(reject);
      if (sizes) sendSizes(socket, sizes).catch(reject);
    });
    signal?.throwIfAborted();
    return exitCodeOf(status, target);
  } finally {
    socket.terminate();
  }
}

function pathOf({ taskArn, container, command }: ExecTarget, { stdin, tty = false }: ExecStreams): string {
  const { namespace, name } = taskNames(taskArn);
  const query = new URLSearchParams({
    container: encodeName(container),
    stdin: String(stdin !== undefined),
    stdout: 'true',
    stderr: String(!tty),
    tty: String(tty),
  });
  for (const word of command) query.append('command', word);
  return `/api/v1/namespaces/${namespace}/pods/${name}/exec?${query.toString()}`;
}

function receive(
  socket: WebSocket,
  { stdout, stderr }: ExecStreams,
  end: (status: V1Status | undefined) => void,
): void {
  const outputs = new Map<number | undefined, NodeJS.WritableStream>([
    [channel.stdout, stdout],
    [channel.stderr, stderr],
  ]);
  socket.once('close', () => end(undefined));
  socket.on('message', (message: Buffer) => {
    const data = message.subarray(1);
    if (message[0] === channel.status) end(JSON.parse(data.toString()) as V1Status);
    const output = outputs.get(message[0]);
    // A slow reader slows the command down, as in a shell's pipe.
    if (!output || data.length === 0 || output.write(data)) return;
    socket.pause();
    output.once('drain', () => socket.resume());
  });
  socket.resume();
}

async function sendInput(socket: WebSocket, stdin: NodeJS.ReadableStream): Promise<void> {
  for await (const chunk of stdin) {
    if (!(await send(socket, channel.stdin, Buffer.from(chunk as Buffer)))) return;
  }
  if (socket.protocol !== endsInput) {
    throw new Error(
      `This Kubernetes cannot be told that the input has ended: it speaks ${socket.protocol}, and ${endsInput} came with Kubernetes 1.30.`,
    );
  }
  await send(socket, channel.close, Buffer.of(channel.stdin));
}

async function sendSizes(socket: WebSocket, sizes: AsyncIterable<TerminalSize>): Promise<void> {
  for await (const { columns, rows } of sizes) {
    const size = Buffer.from(JSON.stringify({ Width: columns, Height: rows }));
    if (!(await send(socket, channel.resize, size))) return;
  }
}

/** @returns whether it went out: after the end of the command nothing does */
function send(socket: WebSocket, to: number, data: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    socket.send(Buffer.concat([Buffer.of(to), data]), (error) => resolve(!error));
  });
}

/** The kubelet puts a command's exit code in the Status' causes. */
function exitCodeOf(status: V1Status | undefined, target: ExecTarget): number {
  const { taskArn, container } = target;
  if (!status) {
    throw new Error(`The connection to the command in container ${container} of ${taskArn} ended before the command.`);
  }
  if (status.status === 'Success') return 0;
  const cause = status.details?.causes?.find(({ reason }) => reason === 'ExitCode');
  if (cause) return Number(cause.message);
  const { message: words = 'Kubernetes says no reason.' } = status;
  const exitCode = exitCodeOfStartFailure(words);
  if (!exitCode) throw cannotEnter(target, words);
  throw new CommandNotStarted(exitCode, `The command cannot be started in container ${container}: ${inShort(words)}`);
}

/** Kubernetes speaks of the container by the name that it has there. */
function cannotEnter({ taskArn, container }: ExecTarget, words: string, cause?: Error): Error {
  const reason = words.replaceAll(encodeName(container), container);
  return new Error(`Container ${container} of ${taskArn} cannot be entered: ${reason}`, { cause });
}

/** The words of runc and crun, and the codes that a shell has for the same ("Exit Status", POSIX shell). */
function exitCodeOfStartFailure(words: string): CommandNotStarted['exitCode'] | undefined {
  if (/executable file .*not found|no such file or directory/.test(words)) return 127;
  return /permission denied|exec format error|is a directory/.test(words) ? 126 : undefined;
}

/** `…: exec: "nosuch": executable file not found in $PATH: unknown` → `"nosuch": executable file not found in $PATH`. */
const inShort = (words: string): string => /.*exec: (.*?)(?:: unknown)?$/s.exec(words)?.[1] ?? words;
