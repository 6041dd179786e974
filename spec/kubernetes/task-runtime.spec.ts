import { startEmbeddedKubernetes } from '../../lib/embedded-kubernetes/embedded-kubernetes.ts';
import { createApiClient } from '../../lib/kubernetes/api-client.ts';
import { connectKubernetes } from '../../lib/kubernetes/connect.ts';
import { taskNames } from '../../lib/kubernetes/names.ts';
import { tokenAccess } from '../../lib/kubernetes/token-access.ts';
import { silentLog } from '../../lib/util/log.ts';
import { describeTaskRuntime } from '../contracts/task-runtime.ts';

const print = 'printf %s "$PRINT"; exec sleep "$SECONDS"';

describeTaskRuntime('the embedded Kubernetes', async () => {
  const embedded = await startEmbeddedKubernetes({ images: { printer: { command: ['sh', '-c', print] } } });
  const options = { kind: 'embedded', embedded, instanceId: 'spec', log: silentLog } as const;
  const cluster = await connectKubernetes(options);
  const api = createApiClient(tokenAccess(embedded.url, embedded.token));
  return {
    runtime: cluster.runtime,
    again: async () => (await connectKubernetes(options)).runtime,
    clusterName: 'Embedded',
    images: { server: 'nginx:latest', missing: 'registry.invalid/missing:latest' },
    exiting: (code) => ({
      environment: [
        { name: 'KECS_SIMULATE_EXIT_CODE', value: String(code) },
        { name: 'KECS_SIMULATE_EXIT_AFTER', value: '0' },
      ],
    }),
    printing: (text, seconds) => ({
      image: 'printer',
      environment: [
        { name: 'PRINT', value: text },
        { name: 'SECONDS', value: String(seconds) },
      ],
    }),
    withCommands: {},
    realProcesses: false,
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
