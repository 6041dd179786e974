import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { CommandNotStarted, type TerminalSize } from '../../runtime/task-runtime.ts';
import type { TaskStreams } from '../../task-streams/task-streams.ts';
import type { Log } from '../../util/log.ts';
import { type ExecResult, execChannels, execFrame } from './exec-channels.ts';
import type { AskedExec } from './exec-upgrade.ts';
import { refusalOf } from './refusal.ts';

/** Runs the command and ends the websocket with its result: a page cannot read why an upgrade was refused, so that all that concerns the task is told there. */
export async function serveExec(webSocket: WebSocket, streams: TaskStreams, asked: AskedExec, log: Log): Promise<void> {
  const { taskArn, container, command, tty } = asked;
  const gone = new AbortController();
  webSocket.once('close', () => gone.abort());
  webSocket.on('error', () => webSocket.terminate());
  const stdin = asked.stdin ? new PassThrough() : undefined;
  const sizes = new PassThrough({ objectMode: true });
  webSocket.on('message', (message: RawData) => receive(webSocket, message as Buffer, stdin, sizes));
  const [stdout, stderr] = [outputTo(webSocket, execChannels.stdout), outputTo(webSocket, execChannels.stderr)];
  const io = { ...(stdin && { stdin }), stdout, stderr, tty, ...(tty && { sizes }), signal: gone.signal };
  const result = await streams.exec(taskArn, container, command, io).then(
    (exitCode) => ({ exitCode }),
    (error: unknown) => failure(error, gone.signal, log),
  );
  for (const input of [stdin, sizes]) input?.destroy();
  await Promise.all([stdout, stderr].map(finished));
  if (webSocket.readyState !== webSocket.OPEN) return;
  webSocket.send(execFrame(execChannels.result, Buffer.from(JSON.stringify(result))));
  webSocket.close(1000);
}

function receive(webSocket: WebSocket, message: Buffer, stdin: PassThrough | undefined, sizes: PassThrough): void {
  const [channel] = message;
  const data = message.subarray(1);
  if (channel === execChannels.close && data[0] === execChannels.stdin) stdin?.end();
  if (channel === execChannels.resize) {
    const size = sizeIn(data.toString());
    if (size && sizes.writable && !sizes.writableNeedDrain) sizes.write(size);
  }
  if (channel !== execChannels.stdin || !stdin?.writable || stdin.write(data)) return;
  webSocket.pause();
  stdin.once('drain', () => webSocket.resume());
}

/** `{"columns": 80, "rows": 24}`; what is none is passed over. */
function sizeIn(text: string): TerminalSize | undefined {
  try {
    const { columns, rows } = JSON.parse(text) as Partial<Record<keyof TerminalSize, unknown>>;
    return isSize(columns) && isSize(rows) ? { columns, rows } : undefined;
  } catch {
    return undefined;
  }
}

/** What the kernel's `struct winsize` can hold. */
const isSize = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) < 65_536;

/** A write is done when the websocket has taken it, so that a slow client slows the command down. */
function outputTo(webSocket: WebSocket, channel: number): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      // Whoever went away misses nothing.
      if (webSocket.readyState !== webSocket.OPEN) done();
      else webSocket.send(execFrame(channel, chunk), () => done());
    },
  });
}

async function finished(output: Writable): Promise<void> {
  output.end();
  await once(output, 'finish');
}

function failure(error: unknown, gone: AbortSignal, log: Log): ExecResult {
  const { message } = error as Error;
  if (gone.aborted) return { message };
  if (error instanceof CommandNotStarted) return { message, exitCode: error.exitCode };
  return { message: refusalOf(error, log).message };
}
