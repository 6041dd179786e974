import { type K3dRun, runK3d } from './k3d-command.ts';

/** A cluster as `k3d cluster list -o json` tells of it (pkg/types/types.go of k3d). */
export interface K3dCluster {
  readonly name: string;
  readonly nodes?: readonly K3dNode[];
  readonly serversRunning?: number;
  readonly serversCount?: number;
}

export interface K3dNode {
  readonly name?: string;
  readonly role?: string;
  readonly portMappings?: Readonly<Record<string, readonly K3dBinding[] | null>> | null;
  readonly env?: readonly string[] | null;
  /** Docker's labels of the node. */
  readonly runtimeLabels?: Readonly<Record<string, string>>;
}

export interface K3dBinding {
  readonly HostIp?: string;
  readonly HostPort: string;
}

/** All clusters that k3d knows. @throws Error in words: no k3d, one before version 5, no Docker. */
export async function listK3dClusters(options: K3dRun = {}): Promise<readonly K3dCluster[]> {
  await checkVersion(options);
  return parseK3dClusters(await runK3d(['cluster', 'list', '-o', 'json'], options));
}

/** `null` where there is none. */
export const parseK3dClusters = (json: string): readonly K3dCluster[] =>
  (JSON.parse(json) as readonly K3dCluster[] | null) ?? [];

export const nodesOf = ({ nodes = [] }: K3dCluster, role: string): readonly K3dNode[] =>
  nodes.filter((node) => node.role === role);

export const isRunning = ({ serversRunning = 0, serversCount = 0 }: K3dCluster): boolean =>
  serversCount > 0 && serversRunning === serversCount;

/** Version 5 brought node filters with `:direct` and a `--port` that takes them (CHANGELOG of k3d, v5.0.0). */
async function checkVersion(options: K3dRun): Promise<void> {
  const version = /k3d version v?(\S+)/.exec(await runK3d(['version'], options))?.[1] ?? '';
  if (Number.parseInt(version, 10) < 5) {
    throw new Error(
      `k3d ${version} is too old: install version 5 or later (https://k3d.io), or use --cluster embedded.`,
    );
  }
}
