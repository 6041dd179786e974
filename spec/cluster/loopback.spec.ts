import { randomBytes } from 'node:crypto';
import { connectKubernetes } from '../../lib/kubernetes/connect.ts';
import { createLoopbackProvider } from '../../lib/public-ip/loopback.ts';
import { silentLog } from '../../lib/util/log.ts';
import { describePublicIpProvider } from '../contracts/public-ip-provider.ts';
import { freeLoopbackRange } from '../support/free-loopback-range.ts';

/** The Services are real ones; the suite's own programs on this machine stand for Pods, so routes lead to them. */
describePublicIpProvider('loopback, with Services of Kubernetes', async () => {
  const instanceId = `spec-${randomBytes(4).toString('hex')}`;
  const loopbackRange = freeLoopbackRange(24);
  const cluster = await connectKubernetes({ kind: 'kubeconfig', instanceId, log: silentLog });
  const network: typeof cluster.loopbackNetwork = {
    ...cluster.loopbackNetwork,
    route: async ({ address }, { containerPort }) => ({ host: address, port: containerPort }),
  };
  const start = () => createLoopbackProvider({ loopbackRange, network: async () => network, log: silentLog });
  return {
    provider: start(),
    restart: async () => start(),
    close: async () => {
      for (const { taskArn } of await network.listServices()) await network.deleteService(taskArn);
      await cluster.close();
    },
  };
});
