import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { K3dRun } from './k3d-command.ts';

const run = promisify(execFile);
const limitMs = 30_000;

/**
 * Removes what k3d makes before it makes a node (pkg/client/cluster.go): ended then, it leaves a network and a volume, which
 * belong to no cluster that `k3d cluster delete` knows. What is in use stays. @throws Error with what Docker said.
 */
export async function removeRemains(name: string, { environment = process.env }: K3dRun): Promise<void> {
  const docker = async (...words: string[]): Promise<string[]> =>
    (await run('docker', words, { env: environment, timeout: limitMs })).stdout.split('\n').filter(Boolean);
  const ofK3d = (exactName: string): string[] => ['--quiet', '--filter=label=app=k3d', `--filter=name=^${exactName}$`];

  const containers = await docker('ps', '--all', ...ofK3d(`/k3d-${name}-tools`));
  for (const id of containers) await docker('rm', '--force', '--volumes', id);
  const networks = await docker('network', 'ls', ...ofK3d(`k3d-${name}`));
  for (const id of networks) await docker('network', 'rm', id);
  const volumes = await docker('volume', 'ls', ...ofK3d(`k3d-${name}-images`));
  for (const id of volumes) await docker('volume', 'rm', id);
}
