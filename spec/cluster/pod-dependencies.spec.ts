import { describeTaskDependencies } from '../contracts/task-dependencies.ts';
import { startOnRealCluster } from '../support/real-emulator.ts';

describeTaskDependencies('a real Kubernetes', {
  start: startOnRealCluster,
  ending: (code, seconds) => ({ image: 'busybox:latest', command: ['sh', '-c', `sleep ${seconds}; exit ${code}`] }),
  server: { image: 'busybox:latest', command: ['sleep', '600'] },
});
