import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why k3d cannot be used here; undefined where it can. */
export async function whyNoK3d(): Promise<string | undefined> {
  return run('k3d', ['cluster', 'list']).then(
    () => undefined,
    ({ message }: Error) => message.trim().split('\n').at(-1),
  );
}

export const deleteK3d = (name: string): Promise<unknown> => run('k3d', ['cluster', 'delete', name]);
