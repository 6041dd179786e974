import { firstEphemeralPort } from '../../public-ip/ephemeral-ports.ts';
import { type K3dCluster, nodesOf } from './k3d-clusters.ts';
import { type K3dSettings, countOf, mappedRange } from './k3d-plan.ts';
import { mappingsOfNode } from './port-mappings.ts';

/** From here on what docker-proxy costs is worth saying: 1000 ports were measured at 709 MB and 14 s. */
const costly = 300;
const megabytesPerPort = 0.71;
const secondsPerPort = 0.014;

/** What is better known before a cluster is made. */
export function warningsBefore(settings: K3dSettings): string[] {
  const count = countOf(settings);
  const last = mappedRange(settings)?.last ?? 0;
  const warnings: string[] = [];
  if (count >= costly) {
    warnings.push(
      `Docker starts a process for each of the ${count} mapped ports, which takes about ${Math.round(count * megabytesPerPort)} MB ` +
        `of memory and ${Math.ceil(count * secondsPerPort)} s at each start; KECS forwards ports that are not mapped for far less (--k3d-ports 100).`,
    );
  }
  if (last >= firstEphemeralPort) {
    warnings.push(
      `Host ports above ${firstEphemeralPort - 1} (here up to ${last}) are those from which Linux picks for outgoing connections: ` +
        'the cluster cannot start while one is in use; end the mapped range below with --k3d-ports or --public-ip-host-ports-first.',
    );
  }
  return warnings;
}

/** `worker_connections` that k3d writes for its nginx (pkg/types/loadbalancer.go): each listener takes one of them. */
const workerConnections = 1024;

/** What is better known of a cluster that somebody made. */
export function warningsAbout(cluster: K3dCluster): string[] {
  const listeners = nodesOf(cluster, 'loadbalancer').flatMap(mappingsOfNode).length;
  if (listeners <= workerConnections * 0.9) return [];
  return [
    `The load balancer of k3d cluster ${cluster.name} listens on ${listeners} ports with ${workerConnections} worker_connections, ` +
      'which leaves a few for connections, unless it was made with --lb-config-override settings.workerConnections=8192: ' +
      'make it again with that, or by kecs cluster delete and kecs cluster create, whose clusters have no load balancer.',
  ];
}
