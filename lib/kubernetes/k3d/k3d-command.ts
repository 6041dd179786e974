import { type ExecFileException, execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify, stripVTControlCharacters } from 'node:util';
import { dockerProblem } from './docker-problem.ts';

const run = promisify(execFile);
const quickMs = 20_000;

export interface K3dRun {
  /** Whose PATH and DOCKER_HOST are used. */
  readonly environment?: NodeJS.ProcessEnv;
  /** After this k3d is ended. */
  readonly limitMs?: number;
  readonly signal?: AbortSignal;
  /** Is told each line that k3d says while it works. */
  readonly onLine?: (line: string) => void;
}

/** That k3d refused or failed; the message ends with what k3d said last. */
export class K3dError extends Error {}

/** Runs the k3d command, never through a shell. @throws Error in words: no k3d, no Docker, too slow, or what k3d said. */
export async function runK3d(args: readonly string[], options: K3dRun = {}): Promise<string> {
  const { environment = process.env, limitMs = quickMs, signal, onLine } = options;
  const running = run('k3d', [...args], {
    env: environment,
    timeout: limitMs,
    maxBuffer: 64 * 1024 * 1024,
    ...(signal && { signal }),
  });
  if (onLine) {
    running.child.stdout?.on('data', (text: string) => linesOf(text).forEach(onLine));
    running.child.stderr?.on('data', (text: string) => linesOf(text).forEach(onLine));
  }
  try {
    return (await running).stdout;
  } catch (error) {
    // An abort is told before k3d has ended; what it leaves is known afterwards.
    const { pid, exitCode, signalCode } = running.child;
    if (pid !== undefined && exitCode === null && signalCode === null) await once(running.child, 'exit');
    throw await inWords(error as Failure, args, environment, limitMs);
  }
}

type Failure = ExecFileException & { readonly stdout?: string; readonly stderr?: string };

async function inWords(error: Failure, args: readonly string[], environment: NodeJS.ProcessEnv, limitMs: number) {
  if (error.code === 'ENOENT') {
    return new Error('The k3d command is not installed: install it (https://k3d.io), or use --cluster embedded.', {
      cause: error,
    });
  }
  const command = `k3d ${args.slice(0, 3).join(' ')}`;
  if (error.name === 'AbortError') return new K3dError(`${command} was interrupted.`, { cause: error });
  if (error.killed) {
    return new K3dError(
      `${command} did not end within ${limitMs / 1000} s: look at docker ps -a and docker logs, and try again.`,
      { cause: error },
    );
  }
  const said = `${error.stdout ?? ''}\n${error.stderr ?? ''}`;
  const docker = await dockerProblem(said, environment);
  return docker
    ? new Error(docker, { cause: error })
    : new K3dError(`${command} failed: ${reasonIn(said) ?? error.message}`, { cause: error });
}

/** Its last line may only say that all has been rolled back; the reason is the first thing that went wrong. */
function reasonIn(said: string): string | undefined {
  const failures = stripVTControlCharacters(said)
    .split('\n')
    .filter((line) => /^(ERRO|FATA)\[/.test(line));
  return linesOf(failures[0] ?? said).at(-1);
}

/** Without the colours and `INFO[0003] ` before each line. */
const linesOf = (text: string): string[] =>
  stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.replace(/^[A-Z]{4}\[\d+\] /, '').trim())
    .filter(Boolean);
