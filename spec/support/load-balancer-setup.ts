import type { CoreV1Api } from '@kubernetes/client-node';
import type { KubernetesCluster } from '../../lib/kubernetes/connect.ts';
import type { PublicIpSetup } from '../../lib/public-ip/contract/setup.ts';
import { createLoadBalancerProvider } from '../../lib/public-ip/load-balancer.ts';
import { silentLog } from '../../lib/util/log.ts';
import { playLoadBalancer } from './played-load-balancer.ts';

export interface LoadBalancerSubject {
  readonly cluster: KubernetesCluster;
  readonly api: CoreV1Api;
  readonly instanceId: string;
  close(): Promise<void>;
}

/** Services of a Kubernetes; the contract's own programs on this machine stand for Pods, to which a played controller forwards. */
export function loadBalancerSetup({ cluster, api, instanceId, close }: LoadBalancerSubject): PublicIpSetup {
  // No Pods, no endpoints to wait for.
  const network = { ...cluster.loadBalancerNetwork, whenServed: async () => undefined };
  const balancer = playLoadBalancer({
    api,
    namespace: 'contract-us-east-1',
    labelSelector: `kecs.dev/instance=${instanceId}`,
    routeTo: ({ port }) => ({ host: '127.0.0.1', port }),
  });
  const start = () => createLoadBalancerProvider({ seconds: 30, network: async () => network, log: silentLog });
  return {
    provider: start(),
    servedOutside: true,
    restart: async () => start(),
    close: async () => {
      for (const { taskArn } of await network.listServices()) await network.deleteService(taskArn);
      await balancer.close();
      await cluster.close();
      await close();
    },
  };
}
