import { describePublicPorts } from '../contracts/public-ports.ts';
import { freeNodePorts, realCluster } from '../support/real-cluster.ts';
import { startEmulator } from '../support/start-emulator.ts';

describePublicPorts('a real Kubernetes', {
  start: (publicIp) => startEmulator({ cluster: 'kubeconfig', publicIp }),
  kubernetes: async () => realCluster(),
  freeNodePorts,
  // None of the cluster's images answers datagrams.
  datagrams: false,
  exiting: (code) => ({ image: 'busybox:latest', command: ['sh', '-c', `exit ${code}`] }),
  missingImage: 'kecs/no-such-image:1',
});
