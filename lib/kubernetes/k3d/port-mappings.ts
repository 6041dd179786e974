import { type K3dBinding, type K3dCluster, type K3dNode, parseK3dClusters } from './k3d-clusters.ts';

/** The host ports that Docker publishes for a k3d cluster. */
export interface PortMappings {
  has(mapping: PortMapping): boolean;
}

export interface PortMapping {
  readonly hostPort: number;
  readonly nodePort: number;
  readonly protocol: 'tcp' | 'udp';
}

export const noMappings: PortMappings = { has: () => false };

/** Reads the answer of `k3d cluster list -o json`. */
export function k3dMappings(json: string, clusterName: string): PortMappings {
  const cluster = parseK3dClusters(json).find(({ name }) => name === clusterName);
  const mapped = new Set(cluster ? mappingsOf(cluster).map(keyOf) : []);
  return { has: (mapping) => mapped.has(keyOf(mapping)) };
}

/**
 * A mapping `@server:0:direct` stands on the server's container; one without a suffix stands on the load balancer's,
 * which passes it on to the same port of a node.
 */
export const mappingsOf = ({ nodes }: K3dCluster): PortMapping[] => (nodes ?? []).flatMap(mappingsOfNode);

export const mappingsOfNode = ({ portMappings }: K3dNode): PortMapping[] =>
  Object.entries(portMappings ?? {}).flatMap(mappingsOfPort);

/** `30000/tcp` is the port inside the node or the load balancer. */
function mappingsOfPort([port, bindings]: [string, readonly K3dBinding[] | null]): PortMapping[] {
  const [nodePort, protocol = 'tcp'] = port.split('/');
  if (protocol !== 'tcp' && protocol !== 'udp') return [];
  return (bindings ?? []).map(({ HostPort }) => ({ hostPort: Number(HostPort), nodePort: Number(nodePort), protocol }));
}

const keyOf = ({ hostPort, nodePort, protocol }: PortMapping): string => `${hostPort}:${nodePort}/${protocol}`;
