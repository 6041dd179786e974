import { describeAssignPublicIp } from '../contracts/assign-public-ip.ts';
import { describeOnDocker } from './docker.ts';
import { kubernetesOf, startOnDocker } from './start-on-docker.ts';

describeOnDocker('with containers in Docker', () => {
  describeAssignPublicIp('the embedded Kubernetes', async () => {
    const started = await startOnDocker({});
    return { ...started, kubernetes: await kubernetesOf(started) };
  });
});
