import { describeTaskSecrets } from '../contracts/task-secrets.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { freeNodePorts, realCluster } from '../support/real-cluster.ts';
import { startEmulator } from '../support/start-emulator.ts';

describeTaskSecrets('a real Kubernetes', {
  start: async (options) => {
    const publicIp = { hostPorts: await freePortRange(20), firstNodePort: await freeNodePorts(20) };
    return startEmulator({ ...options, cluster: 'kubeconfig', publicIp });
  },
  api: async () => realCluster(),
  realProcesses: true,
});
