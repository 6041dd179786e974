import { spawnSync } from 'node:child_process';

/** Whether a program is installed here, for specs that another program stands in for where it is not. */
export const hasCommand = (name: string, ...harmlessWords: string[]): boolean =>
  spawnSync(name, harmlessWords, { stdio: 'ignore' }).status === 0;
