import { randomBytes } from 'node:crypto';
import { startEmbeddedKubernetes } from '../../lib/embedded-kubernetes/embedded-kubernetes.ts';
import { createApiClient } from '../../lib/kubernetes/api-client.ts';
import { connectKubernetes } from '../../lib/kubernetes/connect.ts';
import { taskNames } from '../../lib/kubernetes/names.ts';
import { tokenAccess } from '../../lib/kubernetes/token-access.ts';
import { silentLog } from '../../lib/util/log.ts';
import { describeTaskRuntime } from '../contracts/task-runtime.ts';
import { dockerOptions } from '../support/docker-ground.ts';
import { describeOnDocker } from './docker.ts';

describeOnDocker('with containers in Docker', () => {
  describeTaskRuntime('the embedded Kubernetes', async () => {
    const instanceId = `spec-${randomBytes(4).toString('hex')}`;
    const embedded = await startEmbeddedKubernetes({ images: {}, docker: dockerOptions(instanceId) });
    const options = { kind: 'embedded', embedded, instanceId, log: silentLog } as const;
    const cluster = await connectKubernetes(options);
    const api = createApiClient(tokenAccess(embedded.url, embedded.token));
    return {
      runtime: cluster.runtime,
      again: async () => (await connectKubernetes(options)).runtime,
      clusterName: 'Docker',
      images: { server: 'nginx:latest', missing: 'kecs/no-such-image:latest' },
      exiting: (code) => ({ image: 'busybox:latest', command: ['sh', '-c', `exit ${code}`] }),
      printing: (text, seconds) => ({
        image: 'busybox:latest',
        command: ['sh', '-c', 'printf %s "$0"; exec sleep "$1"', text, String(seconds)],
        stopTimeout: 2,
      }),
      withCommands: { image: 'busybox:latest', command: ['sleep', '600'], stopTimeout: 2 },
      realProcesses: true,
      deleteBehindItsBack: async ({ taskArn }) => {
        const { namespace, name } = taskNames(taskArn);
        await api.delete(`/api/v1/namespaces/${namespace}/pods/${name}`);
      },
      close: async () => {
        await cluster.close();
        api.close();
        await embedded.close();
      },
    };
  });
});
