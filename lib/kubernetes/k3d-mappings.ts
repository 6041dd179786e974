/** The host ports that Docker publishes for a k3d cluster. */
export interface PortMappings {
  has(mapping: PortMapping): boolean;
}

interface PortMapping {
  readonly hostPort: number;
  readonly nodePort: number;
  readonly protocol: 'tcp' | 'udp';
}

export const noMappings: PortMappings = { has: () => false };

/**
 * Reads the answer of `k3d cluster list -o json`. A mapping `@server:0:direct` stands on the server's container; one
 * without a suffix stands on the load balancer's, which passes it on to the same port of a node.
 */
export function k3dMappings(json: string, clusterName: string): PortMappings {
  const clusters = JSON.parse(json) as readonly K3dCluster[];
  const nodes = clusters.find(({ name }) => name === clusterName)?.nodes ?? [];
  const mapped = new Set(nodes.flatMap(({ portMappings }) => Object.entries(portMappings ?? {}).flatMap(keysOf)));
  return { has: (mapping) => mapped.has(keyOf(mapping)) };
}

interface K3dCluster {
  readonly name: string;
  readonly nodes?: readonly { readonly portMappings?: Readonly<Record<string, readonly K3dBinding[] | null>> | null }[];
}

interface K3dBinding {
  readonly HostIp?: string;
  readonly HostPort: string;
}

/** `30000/tcp` is the port inside the node or the load balancer. */
function keysOf([port, bindings]: [string, readonly K3dBinding[] | null]): string[] {
  const [nodePort, protocol = 'tcp'] = port.split('/');
  if (protocol !== 'tcp' && protocol !== 'udp') return [];
  return (bindings ?? []).map(({ HostPort }) =>
    keyOf({ hostPort: Number(HostPort), nodePort: Number(nodePort), protocol }),
  );
}

const keyOf = ({ hostPort, nodePort, protocol }: PortMapping): string => `${hostPort}:${nodePort}/${protocol}`;
