import { BlockList, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type K3dCluster, type K3dNode, nodesOf } from './k3d-clusters.ts';
import { mappingsOf } from './port-mappings.ts';

/** The host port of KECS's API, where the k3d cluster has it and leads it to the same port of its nodes. */
export interface ApiMapping {
  /** The address of this host that Docker publishes the port on; empty: every one. */
  readonly hostIp: string;
  /** The address of this host by which the nodes reach it. */
  readonly hostAddress: string;
}

/**
 * Docker holds the host ports that a cluster maps, also one that KECS's API is to answer on. That of the founding command,
 * 8080:8080@server:0, was made for the API. Undefined where the cluster does not map the port.
 * @throws Error that names the port and the way out, where it was not.
 */
export function apiMappingOf(
  cluster: K3dCluster,
  port: number,
  ownAddresses: readonly string[] = addressesOfThisHost(),
): ApiMapping | undefined {
  const mapping = mappingsOf(cluster).find(({ hostPort, protocol }) => hostPort === port && protocol === 'tcp');
  if (!mapping) return undefined;
  const owner = `Port ${port} of this host belongs to k3d cluster ${cluster.name}`;
  if (mapping.nodePort !== port) {
    throw new Error(`${owner}, which maps it to port ${mapping.nodePort} of its nodes. Choose another with --port.`);
  }
  const hostAddress = nodesOf(cluster, 'server').flatMap((node) => addressBeside(node, ownAddresses))[0];
  if (hostAddress === undefined) {
    throw new Error(
      `${owner}, and its nodes cannot send what arrives there to KECS, for none of this host's addresses is in their network. ` +
        'Choose another with --port.',
    );
  }
  return { hostIp: mapping.hostIp, hostAddress };
}

/** Where Docker runs on this host, and not in a machine of its own, the host has an address in each of its networks. */
function addressBeside({ runtimeLabels }: K3dNode, ownAddresses: readonly string[]): string[] {
  const [network = '', prefix = ''] = (runtimeLabels?.['k3d.cluster.network.iprange'] ?? '').split('/');
  if (!isIPv4(network)) return [];
  const subnet = new BlockList();
  subnet.addSubnet(network, Number(prefix));
  return ownAddresses.filter((address) => isIPv4(address) && subnet.check(address));
}

const addressesOfThisHost = (): string[] =>
  Object.values(networkInterfaces()).flatMap((entries) => entries?.map(({ address }) => address) ?? []);
