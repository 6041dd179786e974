import { CoreV1Api, KubeConfig, type V1ServicePort } from '@kubernetes/client-node';
import type { Route } from '../../lib/model/route.ts';
import { nodePortRange } from './free-port-range.ts';

/** The real cluster of $KUBECONFIG, which specs share. */
export function realCluster(): CoreV1Api {
  const config = new KubeConfig();
  config.loadFromDefault();
  return config.makeApiClient(CoreV1Api);
}

/** The first of so many NodePorts side by side that no Service owns. */
export async function freeNodePorts(size: number): Promise<number> {
  const { first: lowest, last: highest } = nodePortRange;
  const { items } = await realCluster().listServiceForAllNamespaces();
  const taken = new Set(items.flatMap(({ spec }) => spec?.ports?.map(({ nodePort }) => nodePort) ?? []));
  for (let attempt = 0; attempt < 100; attempt++) {
    const first = lowest + Math.floor(Math.random() * (highest - lowest - size));
    if (Array.from({ length: size }, (_, i) => first + i).every((port) => !taken.has(port))) return first;
  }
  throw new Error(`No ${size} free NodePorts were found side by side between ${lowest} and ${highest}.`);
}

/** Where NodePorts of the real cluster are reached: on its first node. */
export async function nodePortsOf(api: CoreV1Api): Promise<(port: V1ServicePort) => Route> {
  const { items } = await api.listNode();
  const host = items[0]?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
  return ({ nodePort = 0 }) => ({ host, port: nodePort });
}
