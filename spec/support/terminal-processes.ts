import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasCommand } from './has-command.ts';
import type { KecsProcesses, LaunchedKecs } from './kecs-processes.ts';
import { waitFor } from './wait-for.ts';

export interface TerminalProcess extends LaunchedKecs {
  /** What `stty` answers of the terminal, or does to it. */
  stty(...words: string[]): Promise<string>;
  /** Resolves when each key is passed on by itself. */
  isRaw(): Promise<unknown>;
  /** What `stty -g` said before the lines ran. */
  before(): Promise<string>;
}

/** Whether there is what gives a process a terminal here. */
export const haveTerminals = (): boolean => hasCommand('script', '--version');

/** A terminal of 33 rows and 101 columns in which a shell runs the lines; `$KECS` is the command. */
export function inTerminal(processes: KecsProcesses, endpoint: string, ...lines: string[]): TerminalProcess {
  const file = (name: string) => join(processes.folder, name);
  const script = [`stty rows 33 cols 101; tty > ${file('tty')}; stty -g > ${file('before')}`, ...lines].join('\n');
  const variables = { AWS_ENDPOINT_URL_ECS: endpoint, KECS: `${process.execPath} dist/cli.js` };
  const launched = processes.launch(['-qec', script, '/dev/null'], variables, ['script']);
  const stty = async (...words: string[]): Promise<string> => {
    const terminal = (await readFile(file('tty'), 'utf8')).trim();
    return (await promisify(execFile)('stty', ['-F', terminal, ...words])).stdout;
  };
  return {
    ...launched,
    stty,
    isRaw: () => waitFor('a raw terminal', async () => (await stty('-a')).includes('-icanon')),
    before: () => readFile(file('before'), 'utf8'),
  };
}
