import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Log } from '../util/log.ts';
import { type PortMappings, k3dMappings, noMappings } from './k3d-mappings.ts';

const run = promisify(execFile);
const limits = { timeout: 20_000, maxBuffer: 64 * 1024 * 1024 };

/** The port mappings of a k3d cluster; none if the k3d command is not there to ask. */
export async function mappingsOfK3d(clusterName: string | undefined, log: Log): Promise<PortMappings> {
  if (clusterName === undefined) return noMappings;
  try {
    return k3dMappings((await run('k3d', ['cluster', 'list', '-o', 'json'], limits)).stdout, clusterName);
  } catch (error) {
    log.info(
      `The port mappings of k3d cluster ${clusterName} are not known (${(error as Error).message}); host ports are forwarded by KECS instead.`,
    );
    return noMappings;
  }
}

/** @throws Error in words: no k3d command, no such cluster. */
export async function kubeconfigOfK3d(clusterName: string): Promise<string> {
  try {
    return (await run('k3d', ['kubeconfig', 'get', clusterName], limits)).stdout;
  } catch (error) {
    const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
    if (code === 'ENOENT') throw new Error('the k3d command is not installed (see https://k3d.io).', { cause: error });
    throw new Error(
      `k3d has no kubeconfig of cluster "${clusterName}" (${(stderr ?? message).trim()}). ` +
        `Create it with: k3d cluster create ${clusterName}`,
      { cause: error },
    );
  }
}

/** k3d names contexts `k3d-<name>` and nodes `k3d-<name>-server-0` (pkg/client/kubeconfig.go, pkg/types/defaults.go). */
export function k3dNameOf(context: string | undefined, nodeNames: readonly string[]): string | undefined {
  const named = /^k3d-(.+)$/.exec(context ?? '')?.[1];
  return named ?? nodeNames.flatMap((node) => /^k3d-(.+)-(?:server|agent)-\d+$/.exec(node)?.[1] ?? [])[0];
}
