import { once } from 'node:events';
import type { Duplex, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { ExecSession, TerminalSize } from '../exec-session.ts';
import { wordsOf } from './docker-error.ts';
import { frameOf, framesOf } from './engine-stream.ts';

/** Runs a command in a container; resolves with its exit code. @throws Error when it cannot be started */
export async function execInDocker(
  container: Docker.Container,
  command: readonly string[],
  session: ExecSession,
): Promise<number> {
  try {
    const { stdin, terminal } = session;
    const exec = await container.exec({
      Cmd: [...command],
      AttachStdin: stdin !== undefined,
      AttachStdout: true,
      AttachStderr: true,
      Tty: terminal !== undefined,
    });
    const stream = await exec.start({ hijack: true, stdin: stdin !== undefined, Tty: terminal !== undefined });
    if (terminal) follow(exec, terminal);
    const held = await converse(stream, session);
    const exitCode = await exitCodeOf(exec, session.signal);
    if (held && (exitCode === 126 || exitCode === 127)) throw new Error(held.toString().trim());
    if (held) await write(session.stdout, held);
    return exitCode;
  } catch (error) {
    throw new Error(wordsOf(error), { cause: error });
  }
}

/** How the engine begins where it cannot start a command: it says so on the command's own output (moby, postContainerExecStart). */
const startFailure = 'OCI runtime exec failed: ';

/** Resolves with what reads like such a failure and nothing after it, which the exit code will tell from a command's own words. */
async function converse(
  stream: Duplex,
  { stdin, stdout, stderr, terminal, signal }: ExecSession,
): Promise<Buffer | undefined> {
  const leave = () => void stream.destroy();
  signal.addEventListener('abort', leave, { once: true });
  stdin?.pipe(stream);
  let isFirst = true;
  let held: Buffer | undefined;
  try {
    for await (const { stream: number, data } of framesOf(stream, terminal !== undefined)) {
      if (held) await write(stdout, held);
      held = isFirst && data.toString('latin1', 0, startFailure.length) === startFailure ? data : undefined;
      isFirst = false;
      if (!held) await write(number === frameOf.stderr ? stderr : stdout, data);
    }
  } catch (error) {
    // Whoever went away ends the conversation.
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', leave);
    stdin?.unpipe(stream);
    stream.destroy();
  }
  return held;
}

async function write(output: Writable, data: Buffer): Promise<void> {
  if (!output.write(data)) await once(output, 'drain');
}

function follow(exec: Docker.Exec, terminal: NonNullable<ExecSession['terminal']>): void {
  // A command that has just ended has no window.
  const resize = ({ columns: w, rows: h }: TerminalSize) => void exec.resize({ w, h }).catch(() => undefined);
  if (terminal.size.columns > 0) resize(terminal.size);
  terminal.onResize(resize);
}

/** The end of the output comes a moment before the engine knows the exit code. */
async function exitCodeOf(exec: Docker.Exec, signal: AbortSignal): Promise<number> {
  for (;;) {
    const { Running: running, ExitCode: code } = await exec.inspect();
    if (!running && code !== null) return code;
    if (signal.aborted) throw new Error('nobody waits for the command any more');
    await delay(20);
  }
}
