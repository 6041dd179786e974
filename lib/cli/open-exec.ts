import type { IncomingMessage } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { type ExecResult, execChannels, execFrame, execProtocol } from '../protocol/task-streams/exec-channels.ts';
import type { TerminalSize } from '../runtime/task-runtime.ts';
import { endpointPath, nobodyAnswers } from './endpoint.ts';
import { refusal } from './open-logs.ts';

export interface AskedCommand {
  readonly taskArn: string;
  readonly container: string | undefined;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** A command that runs in a task; its output goes to that of this process. */
export interface ExecSession {
  /** The command's exit code. @throws Error in KECS's words, with an `exitCode` when the command could not be started */
  readonly result: Promise<number>;
  pipeInput(input: Readable): void;
  resize(size: TerminalSize): void;
}

export async function openExec(endpoint: string, asked: AskedCommand): Promise<ExecSession> {
  const socket = await connect(endpoint, asked);
  const result = resultOf(socket);
  // It is told to whoever waits for it.
  result.catch(() => undefined);
  return {
    result,
    pipeInput: (input) => {
      sendInput(socket, input).catch((error: Error) => {
        process.stderr.write(`kecs: The input broke off: ${error.message}\n`);
        socket.close();
      });
    },
    resize: (size) => void send(socket, execChannels.resize, Buffer.from(JSON.stringify(size))),
  };
}

async function connect(
  endpoint: string,
  { taskArn, container, command, stdin, tty }: AskedCommand,
): Promise<WebSocket> {
  const { WebSocket: Socket } = await import('ws');
  const url = endpointPath(endpoint, `/_kecs/tasks/${encodeURIComponent(taskArn)}/exec`);
  for (const word of command) url.searchParams.append('command', word);
  if (container !== undefined) url.searchParams.set('container', container);
  if (stdin) url.searchParams.set('stdin', 'true');
  if (tty) url.searchParams.set('tty', 'true');
  const socket = new Socket(url, execProtocol);
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      // Nothing is to be missed before somebody listens.
      socket.pause();
      resolve(socket);
    });
    socket.on('error', (error) => reject(nobodyAnswers(endpoint, error)));
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      refusal(response, endpoint).then(reject, reject);
    });
  });
}

function resultOf(socket: WebSocket): Promise<number> {
  const outputs = new Map<number | undefined, Writable>([
    [execChannels.stdout, process.stdout],
    [execChannels.stderr, process.stderr],
  ]);
  return new Promise((resolve, reject) => {
    socket.once('close', () => reject(new Error('The connection to KECS ended before the command did.')));
    socket.on('message', (message: Buffer) => {
      const data = message.subarray(1);
      if (message[0] === execChannels.result) settle(JSON.parse(data.toString()) as ExecResult, resolve, reject);
      const output = outputs.get(message[0]);
      if (!output || output.write(data)) return;
      socket.pause();
      output.once('drain', () => socket.resume());
    });
    socket.resume();
  });
}

function settle(
  { exitCode, message }: ExecResult,
  resolve: (exitCode: number) => void,
  reject: (error: Error) => void,
): void {
  if (message === undefined && exitCode !== undefined) resolve(exitCode);
  else reject(Object.assign(new Error(message), { exitCode }));
}

async function sendInput(socket: WebSocket, input: Readable): Promise<void> {
  for await (const chunk of input) {
    if (!(await send(socket, execChannels.stdin, chunk as Buffer))) return;
  }
  await send(socket, execChannels.close, Buffer.of(execChannels.stdin));
}

/** @returns whether it went out: after the end of the command nothing does */
const send = (socket: WebSocket, channel: number, data: Buffer): Promise<boolean> =>
  new Promise((resolve) => {
    socket.send(execFrame(channel, data), (error) => resolve(!error));
  });
