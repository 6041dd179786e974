import { randomBytes } from 'node:crypto';
import { createApiClient } from '../../lib/kubernetes/api-client.ts';
import { accessStrategies } from '../../lib/kubernetes/access-strategies.ts';
import { connectKubernetes } from '../../lib/kubernetes/connect.ts';
import { namespaceName, taskNames } from '../../lib/kubernetes/names.ts';
import { silentLog } from '../../lib/util/log.ts';
import { describeTaskRuntime } from '../contracts/task-runtime.ts';

describeTaskRuntime('Kubernetes', async () => {
  const instanceId = `spec-${randomBytes(4).toString('hex')}`;
  const clusterName = `Runtime_${randomBytes(4).toString('hex')}`;
  const options = { kind: 'kubeconfig', instanceId, log: silentLog } as const;
  const cluster = await connectKubernetes(options);
  const api = createApiClient(
    (await accessStrategies.find(({ name }) => name.includes('KUBECONFIG'))!.find(options))!.access,
  );
  return {
    runtime: cluster.runtime,
    again: async () => (await connectKubernetes(options)).runtime,
    clusterName,
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
      await api.delete(`/api/v1/namespaces/${namespaceName(clusterName, 'us-east-1')}`);
      api.close();
      await cluster.close();
    },
  };
});
