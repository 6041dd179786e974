import { describeTaskSecrets } from '../contracts/task-secrets.ts';
import { realCluster } from '../support/real-cluster.ts';
import { startOnRealCluster } from '../support/real-emulator.ts';

describeTaskSecrets('a real Kubernetes', {
  start: startOnRealCluster,
  api: async () => realCluster(),
  realProcesses: true,
});
