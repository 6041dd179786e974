import { isIPv4, isIPv6 } from 'node:net';
import type { MappedPort } from '../../public-ip/node-port-network.ts';
import { type K3dBinding, type K3dCluster, type K3dNode, parseK3dClusters } from './k3d-clusters.ts';

/** The host ports that Docker publishes for a k3d cluster. */
export interface PortMappings {
  /** Whether the host port leads to the NodePort on this address of the host. */
  has(port: MappedPort): boolean;
}

export interface PortMapping {
  /** Empty: every IPv4 address of the host. */
  readonly hostIp: string;
  readonly hostPort: number;
  readonly nodePort: number;
  readonly protocol: 'tcp' | 'udp';
}

export const noMappings: PortMappings = { has: () => false };

/** Reads the answer of `k3d cluster list -o json`. */
export function k3dMappings(json: string, clusterName: string): PortMappings {
  const cluster = parseK3dClusters(json).find(({ name }) => name === clusterName);
  const addresses = new Map<string, string[]>();
  for (const mapping of cluster ? mappingsOf(cluster) : []) {
    addresses.set(keyOf(mapping), [...(addresses.get(keyOf(mapping)) ?? []), mapping.hostIp]);
  }
  return { has: (port) => (addresses.get(keyOf(port)) ?? []).some((hostIp) => covers(hostIp, port.address)) };
}

/** Docker's rule for `HostIp` ("Port publishing and mapping" in its documentation); k3d writes 0.0.0.0 where none was given. */
function covers(hostIp: string, address: string): boolean {
  const numeric = address === 'localhost' ? '127.0.0.1' : address;
  if (hostIp === '' || hostIp === '0.0.0.0') return isIPv4(numeric);
  return hostIp === numeric || (hostIp === '::' && isIPv6(numeric));
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
  return (bindings ?? []).map(({ HostIp = '', HostPort }) => ({
    hostIp: HostIp,
    hostPort: Number(HostPort),
    nodePort: Number(nodePort),
    protocol,
  }));
}

const keyOf = ({ hostPort, nodePort, protocol }: Omit<PortMapping, 'hostIp'>): string =>
  `${hostPort}:${nodePort}/${protocol}`;
