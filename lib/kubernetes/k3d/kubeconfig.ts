import { runK3d } from './k3d-command.ts';

/** k3d prints it; the user's own kubeconfig is left alone. @throws Error in words: no k3d command, no such cluster. */
export const kubeconfigOfK3d = (clusterName: string): Promise<string> => runK3d(['kubeconfig', 'get', clusterName]);

/** k3d names contexts `k3d-<name>` and nodes `k3d-<name>-server-0` (pkg/client/kubeconfig.go, pkg/types/defaults.go). */
export function k3dNameOf(context: string | undefined, nodeNames: readonly string[]): string | undefined {
  const named = /^k3d-(.+)$/.exec(context ?? '')?.[1];
  return named ?? nodeNames.flatMap((node) => /^k3d-(.+)-(?:server|agent)-\d+$/.exec(node)?.[1] ?? [])[0];
}
