import { type ChildProcess, type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { waitFor } from './wait-for.ts';

export const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** The compiled command, as users have it. To be called in a `before` hook. */
export const buildKecs = (): Promise<unknown> =>
  promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: checkout });

export interface Ended {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningKecs {
  readonly url: string;
  readonly stdout: () => string;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

export interface LaunchedKecs {
  readonly child: ChildProcessWithoutNullStreams;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
}

type Variables = Readonly<Record<string, string>>;

/** Processes of the real command in a folder of their own, which is their home too: nothing of the user's is read or written. */
export interface KecsProcesses {
  readonly folder: string;
  /** `kecs start` on a free port, once it has said `last`, by default all that it says. */
  start(flags: readonly string[], variables?: Variables, last?: string, limitMs?: number): Promise<RunningKecs>;
  /** Any command to its end. A program other than kecs is named by `program`. */
  run(words: readonly string[], variables?: Variables, program?: readonly string[]): Promise<Ended>;
  /** As `run`, for a command that something happens to before its end. */
  launch(words: readonly string[], variables?: Variables, program?: readonly string[]): LaunchedKecs;
  /** Ends what still runs and removes the folder. */
  close(): Promise<void>;
}

const kecs = [process.execPath, join(checkout, 'dist/cli.js')];

export async function createKecsProcesses(): Promise<KecsProcesses> {
  const folder = await mkdtemp(join(tmpdir(), 'kecs-spec-'));
  const children = new Set<ChildProcess>();
  const launch = (words: readonly string[], variables: Variables = {}, program: readonly string[] = kecs) => {
    const [command = '', ...first] = program;
    const child = spawn(command, [...first, ...words], { cwd: checkout, env: environment(folder, variables) });
    children.add(child);
    child.once('close', () => children.delete(child));
    return observed(child);
  };
  return {
    folder,
    start: async (flags, variables, last = 'export AWS_ACCESS_KEY_ID=', limitMs = 20_000) => {
      const { child, stdout, stderr, ended } = launch(['start', ...flags], { KECS_PORT: '0', ...variables });
      const said = () => stdout().includes(last);
      await waitFor('the announcement of kecs start', () => said() || child.exitCode !== null, limitMs);
      if (!said()) throw new Error(`kecs start ended with ${child.exitCode}: ${stderr()}`);
      const url = /API at (\S+)/.exec(stdout())?.[1] ?? '';
      return {
        url,
        stdout,
        end: async (signal) => {
          child.kill(signal);
          return ended;
        },
      };
    },
    run: async (words, variables, program) => {
      const { child, ended } = launch(words, variables, program);
      child.stdin.end();
      return ended;
    },
    launch,
    close: async () => {
      await Promise.all(
        [...children].map(async (child) => {
          child.kill('SIGKILL');
          await once(child, 'close');
        }),
      );
      await rm(folder, { recursive: true });
    },
  };
}

function observed(child: ChildProcessWithoutNullStreams): LaunchedKecs {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then((): Ended => ({ code: child.exitCode, stdout, stderr }));
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** What is around it must not decide what a spec sees. */
function environment(home: string, variables: Variables): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(KECS_|AWS_|KUBE)/.test(name));
  return { ...Object.fromEntries(inherited), HOME: home, ...variables };
}
