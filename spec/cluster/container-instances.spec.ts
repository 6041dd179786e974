import { describeContainerInstances } from '../contracts/container-instances.ts';
import { realCluster } from '../support/real-cluster.ts';
import { startEmulator } from '../support/start-emulator.ts';

describeContainerInstances('a real Kubernetes', {
  start: () => startEmulator({ cluster: 'kubeconfig' }),
  api: async () => realCluster(),
});
