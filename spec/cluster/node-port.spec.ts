import { randomBytes } from 'node:crypto';
import { connectKubernetes } from '../../lib/kubernetes/connect.ts';
import { createNodePortProvider } from '../../lib/public-ip/node-port.ts';
import { silentLog } from '../../lib/util/log.ts';
import { describePublicIpProvider } from '../contracts/public-ip-provider.ts';
import { freePortRange } from '../support/free-port-range.ts';

/** The Services are real ones; the suite's own programs on this machine, which is the node, stand for Pods. */
describePublicIpProvider('node-port, with Services of Kubernetes', async () => {
  const instanceId = `spec-${randomBytes(4).toString('hex')}`;
  const capacity = 6;
  const hostPorts = await freePortRange(capacity);
  const cluster = await connectKubernetes({ kind: 'kubeconfig', instanceId, log: silentLog });
  const network = cluster.nodePortNetwork;
  const start = () =>
    createNodePortProvider({
      address: '127.0.0.1',
      hostPorts,
      firstNodePort: 32_200,
      network: async () => network,
      log: silentLog,
    });
  return {
    provider: start(),
    capacity,
    restart: async () => start(),
    close: async () => {
      for (const { taskArn } of await network.listServices()) await network.deleteService(taskArn);
      await cluster.close();
    },
  };
});
