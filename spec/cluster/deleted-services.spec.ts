import { describeDeletedServices } from '../contracts/deleted-services.ts';
import { freeNodePorts, realCluster } from '../support/real-cluster.ts';
import { startEmulator } from '../support/start-emulator.ts';

describeDeletedServices('a real Kubernetes', {
  start: (publicIp) => startEmulator({ cluster: 'kubeconfig', publicIp }),
  kubernetes: async () => realCluster(),
  freeNodePorts,
});
