import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import type { ContainerProcess } from './container-process.ts';
import type { ExecSession, ExecTerminal, TerminalSize } from './exec-session.ts';

/** The channels of `v5.channel.k8s.io`: the first byte of each message. */
const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** Runs the command of the query and closes the websocket with its result. */
export async function serveExec(
  webSocket: WebSocket,
  process: ContainerProcess,
  query: URLSearchParams,
): Promise<void> {
  const gone = new AbortController();
  webSocket.once('close', () => gone.abort());
  webSocket.on('error', () => webSocket.terminate());
  const stdin = query.get('stdin') === 'true' ? new PassThrough() : undefined;
  const terminal = query.get('tty') === 'true' ? new Terminal() : undefined;
  const session: ExecSession = {
    ...(stdin && { stdin }),
    stdout: channelOf(webSocket, channels.stdout),
    stderr: channelOf(webSocket, channels.stderr),
    ...(terminal && { terminal }),
    signal: gone.signal,
  };
  webSocket.on('message', (message: Buffer) => receive(message, webSocket, stdin, terminal));
  webSocket.once('close', () => stdin?.destroy());
  const result = await resultOf(process, query.getAll('command'), session);
  await Promise.all([session.stdout, session.stderr].map(finished));
  if (webSocket.readyState === webSocket.OPEN) {
    webSocket.send(frame(channels.error, Buffer.from(JSON.stringify(result))));
    webSocket.close(1000);
  }
}

function receive(
  message: Buffer,
  webSocket: WebSocket,
  stdin: PassThrough | undefined,
  terminal: Terminal | undefined,
): void {
  const [channel] = message;
  const data = message.subarray(1);
  if (channel === channels.resize) terminal?.resize(data.toString());
  if (channel === channels.close && data[0] === channels.stdin) stdin?.end();
  if (channel !== channels.stdin || !stdin?.writable || stdin.write(data)) return;
  webSocket.pause();
  stdin.once('drain', () => webSocket.resume());
}

class Terminal implements ExecTerminal {
  size: TerminalSize = { columns: 0, rows: 0 };
  readonly #listeners: ((size: TerminalSize) => void)[] = [];

  onResize(listener: (size: TerminalSize) => void): void {
    this.#listeners.push(listener);
  }

  resize(text: string): void {
    const size = sizeIn(text);
    if (!size) return;
    this.size = size;
    for (const listener of this.#listeners) listener(size);
  }
}

/** `{"Width": 80, "Height": 24}` (k8s.io/client-go/tools/remotecommand, TerminalSize); what is none is passed over, as the kubelet does. */
function sizeIn(text: string): TerminalSize | undefined {
  try {
    const { Width: columns = 0, Height: rows = 0 } = JSON.parse(text) as { Width?: number; Height?: number };
    return { columns, rows };
  } catch {
    return undefined;
  }
}

/** A command is not faster than the one who reads: a write is done when the websocket has taken it. */
function channelOf(webSocket: WebSocket, channel: number): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      // Whoever went away misses nothing.
      if (webSocket.readyState !== webSocket.OPEN) done();
      else webSocket.send(frame(channel, chunk), () => done());
    },
  });
}

async function finished(output: Writable): Promise<void> {
  output.end();
  await once(output, 'finish');
}

const frame = (channel: number, data: Buffer): Buffer => Buffer.concat([Buffer.of(channel), data]);

/** The kubelet's words (k8s.io/kubelet/pkg/cri/streaming/remotecommand/exec.go). */
async function resultOf(process: ContainerProcess, command: readonly string[], session: ExecSession): Promise<object> {
  try {
    const exitCode = await process.exec(command, session);
    if (exitCode === 0) return { metadata: {}, status: 'Success' };
    return {
      metadata: {},
      status: 'Failure',
      message: `command terminated with non-zero exit code: exit status ${exitCode}`,
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
    };
  } catch (error) {
    const cause = `failed to exec in container: failed to start exec: ${(error as Error).message}`;
    const message = `Internal error occurred: error executing command in container: ${cause}`;
    return {
      metadata: {},
      status: 'Failure',
      message,
      reason: 'InternalError',
      details: { causes: [{ message: cause }] },
      code: 500,
    };
  }
}
