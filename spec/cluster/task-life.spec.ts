import { describeTaskLife } from '../contracts/task-life.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { freeNodePorts } from '../support/real-cluster.ts';
import { startEmulator } from '../support/start-emulator.ts';

describeTaskLife('a real Kubernetes', {
  start: async () => {
    const publicIp = { hostPorts: await freePortRange(20), firstNodePort: await freeNodePorts(20) };
    return startEmulator({ cluster: 'kubeconfig', publicIp });
  },
  exiting: (code) => ({ image: 'busybox:latest', command: ['sh', '-c', `exit ${code}`] }),
  missingImage: 'kecs/no-such-image:1',
  realProcesses: true,
});
