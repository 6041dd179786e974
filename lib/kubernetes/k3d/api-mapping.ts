import { isIPv4 } from 'node:net';
import { listenOn } from '../../public-ip/bind-port.ts';
import { silentLog } from '../../util/log.ts';
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
export async function apiMappingOf(
  cluster: K3dCluster,
  port: number,
  isOwn: (address: string) => Promise<boolean> = isOfThisHost,
): Promise<ApiMapping | undefined> {
  const mapping = mappingsOf(cluster).find(({ hostPort, protocol }) => hostPort === port && protocol === 'tcp');
  if (!mapping) return undefined;
  const owner = `Port ${port} of this host belongs to k3d cluster ${cluster.name}`;
  if (mapping.nodePort !== port) {
    throw new Error(`${owner}, which maps it to port ${mapping.nodePort} of its nodes. Choose another with --port.`);
  }
  const hostAddress = nodesOf(cluster, 'server').flatMap(gatewayOf)[0];
  if (hostAddress === undefined || !(await isOwn(hostAddress))) {
    throw new Error(
      `${owner}, and its nodes cannot send what arrives there to KECS, for this host is not the gateway of their network. ` +
        'Choose another with --port.',
    );
  }
  return { hostIp: mapping.hostIp, hostAddress };
}

/** Docker's default is the first address of a network. It is one of this host unless Docker runs in a machine of its own. */
function gatewayOf({ runtimeLabels }: K3dNode): string[] {
  const [network = ''] = (runtimeLabels?.['k3d.cluster.network.iprange'] ?? '').split('/');
  return isIPv4(network) ? [network.replace(/\d+$/, (last) => String(Number(last) + 1))] : [];
}

/** Of a network whose containers are stopped, os.networkInterfaces() does not tell. */
async function isOfThisHost(address: string): Promise<boolean> {
  const bound = await listenOn({ address, port: 0, protocol: 'udp', log: silentLog }).catch(() => undefined);
  await bound?.close();
  return bound !== undefined;
}
