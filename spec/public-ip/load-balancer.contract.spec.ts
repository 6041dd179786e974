import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { startEmbeddedKubernetes } from '../../lib/embedded-kubernetes/embedded-kubernetes.ts';
import { connectKubernetes } from '../../lib/kubernetes/connect.ts';
import { silentLog } from '../../lib/util/log.ts';
import { describePublicIpProvider } from '../contracts/public-ip-provider.ts';
import { loadBalancerSetup } from '../support/load-balancer-setup.ts';

describePublicIpProvider('load-balancer', async () => {
  const instanceId = 'spec';
  const embedded = await startEmbeddedKubernetes({ images: {} });
  const config = new KubeConfig();
  config.loadFromString(embedded.kubeconfig());
  return loadBalancerSetup({
    cluster: await connectKubernetes({ kind: 'embedded', embedded, instanceId, log: silentLog }),
    api: config.makeApiClient(CoreV1Api),
    instanceId,
    close: () => embedded.close(),
  });
});
