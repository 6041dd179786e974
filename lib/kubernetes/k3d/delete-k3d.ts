import { listK3dClusters } from './k3d-clusters.ts';
import { type K3dRun, runK3d } from './k3d-command.ts';

const limitMs = 120_000;

/** k3d itself says nothing of a cluster that it does not know. @throws Error that names those which exist. */
export async function deleteK3d(name: string, options: K3dRun = {}): Promise<void> {
  const names = (await listK3dClusters(options)).map((cluster) => cluster.name);
  if (!names.includes(name)) {
    throw new Error(
      `There is no k3d cluster ${name} to delete; there are: ${names.join(', ') || 'none'}. Name one with --k3d-name.`,
    );
  }
  await runK3d(['cluster', 'delete', name], { ...options, limitMs });
}
