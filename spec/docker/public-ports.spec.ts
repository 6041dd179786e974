import { describePublicPorts } from '../contracts/public-ports.ts';
import { freePortRange, nodePortRange } from '../support/free-port-range.ts';
import { describeOnDocker } from './docker.ts';
import { kubernetesOf, startOnDocker } from './start-on-docker.ts';

describeOnDocker('with containers in Docker', () => {
  describePublicPorts('the embedded Kubernetes', {
    start: startOnDocker,
    kubernetes: kubernetesOf,
    freeNodePorts: async (size) => (await freePortRange(size, nodePortRange)).first,
    // None of the images answers datagrams.
    datagrams: false,
    exiting: (code) => ({ image: 'busybox:latest', command: ['sh', '-c', `exit ${code}`] }),
    missingImage: 'kecs/no-such-image:1',
  });
});
