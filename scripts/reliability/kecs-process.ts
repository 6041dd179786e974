import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface KecsCommand {
  readonly flags: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** All processes of a run write to it, one after another. */
  readonly log: string;
}

/** A `kecs start` that may be killed at any moment, before it listens, too. */
export interface KecsProcess {
  readonly ended: boolean;
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

export async function spawnKecs({ flags, env, log }: KecsCommand): Promise<KecsProcess> {
  const output = await open(log, 'a');
  const child = spawn(process.execPath, [cli, 'start', ...flags], { stdio: ['ignore', output.fd, output.fd], env });
  await output.close();
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return {
    get ended() {
      return hasEnded(child);
    },
    end: async (signal) => {
      if (hasEnded(child)) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;
