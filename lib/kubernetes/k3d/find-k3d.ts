import { type K3dCluster, listK3dClusters } from './k3d-clusters.ts';
import type { K3dRun } from './k3d-command.ts';

/** Undefined where k3d knows no such cluster. @throws Error in words: no k3d, an old one, no Docker. */
export const findK3d = async (name: string, options: K3dRun = {}): Promise<K3dCluster | undefined> =>
  (await listK3dClusters(options)).find((cluster) => cluster.name === name);
