import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
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
