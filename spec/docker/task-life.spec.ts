import { describeTaskLife } from '../contracts/task-life.ts';
import { describeOnDocker } from './docker.ts';
import { startOnDocker } from './start-on-docker.ts';

describeOnDocker('with containers in Docker', () => {
  describeTaskLife('the embedded Kubernetes', {
    start: () => startOnDocker(),
    exiting: (code) => ({ image: 'busybox:latest', command: ['sh', '-c', `exit ${code}`] }),
    missingImage: 'kecs/no-such-image:1',
    realProcesses: true,
  });
});
