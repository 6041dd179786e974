import { type K3dCluster, isRunning, nodesOf } from './k3d-clusters.ts';
import { warningsAbout } from './k3d-warnings.ts';
import { type PortMapping, mappingsOf } from './port-mappings.ts';

/** k3d publishes the API server, too. */
const apiPort = 6443;

/** What `kecs cluster status` prints. */
export function describeK3d(cluster: K3dCluster): string[] {
  const { serversRunning = 0, serversCount = 0 } = cluster;
  const state = isRunning(cluster) ? 'running' : 'stopped; kecs start --cluster k3d starts it';
  const direct = nodesOf(cluster, 'loadbalancer').length === 0;
  const ports = runsOf(mappingsOf(cluster).filter(({ nodePort }) => nodePort !== apiPort)).map(inWords);
  return [
    `k3d cluster ${cluster.name}: ${state} (${serversRunning} of ${serversCount} servers)`,
    `Host ports mapped ${direct ? 'directly' : 'through the load balancer'}: ${ports.join(', ') || 'none'}`,
    ...warningsAbout(cluster).map((warning) => `Warning: ${warning}`),
  ];
}

interface Run extends PortMapping {
  readonly length: number;
}

/** Ports side by side that lead to NodePorts side by side. */
function runsOf(mappings: readonly PortMapping[]): Run[] {
  const runs: Run[] = [];
  const sorted = mappings.toSorted((a, b) => a.protocol.localeCompare(b.protocol) || a.hostPort - b.hostPort);
  for (const mapping of sorted) {
    const last = runs.at(-1);
    if (last && continues(last, mapping)) runs[runs.length - 1] = { ...last, length: last.length + 1 };
    else runs.push({ ...mapping, length: 1 });
  }
  return runs;
}

const continues = (run: Run, { hostPort, nodePort, protocol }: PortMapping): boolean =>
  run.protocol === protocol && run.hostPort + run.length === hostPort && run.nodePort + run.length === nodePort;

const inWords = ({ hostPort, nodePort, protocol, length }: Run): string =>
  `${range(hostPort, length)} → ${range(nodePort, length)} (${protocol})`;

const range = (first: number, length: number): string =>
  length === 1 ? String(first) : `${first}–${first + length - 1}`;
