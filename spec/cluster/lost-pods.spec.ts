import { randomBytes } from 'node:crypto';
import type { CoreV1Api, V1Container } from '@kubernetes/client-node';
import { expect } from 'chai';
import { accessStrategies } from '../../lib/kubernetes/access-strategies.ts';
import { type ApiClient, createApiClient } from '../../lib/kubernetes/api-client.ts';
import { type LostPods, createLostPods } from '../../lib/kubernetes/lost-pods.ts';
import { type PodWatcher, createPodWatcher } from '../../lib/kubernetes/pod-watcher.ts';
import { silentLog } from '../../lib/util/log.ts';
import { realCluster } from '../support/real-cluster.ts';
import { waitFor } from '../support/wait-for.ts';

describe('Pods of a node that is lost', () => {
  const name = `lost-${randomBytes(4).toString('hex')}`;
  const namespace = name;
  const kubernetes: CoreV1Api = realCluster();
  const warnings: unknown[] = [];
  let api: ApiClient;
  let lostPods: LostPods;
  let watcher: PodWatcher;

  before(async () => {
    const strategy = accessStrategies.find((one) => one.name.includes('KUBECONFIG'));
    api = createApiClient((await strategy!.find({ kind: 'kubeconfig', instanceId: 'spec', log: silentLog }))!.access);
    // A node without a kubelet, on which nothing else is put.
    await kubernetes.createNode({ body: { metadata: { name }, spec: { unschedulable: true } } });
    await kubernetes.createNamespace({ body: { metadata: { name: namespace } } });
    await waitFor('a service account', () => kubernetes.readNamespacedServiceAccount({ name: 'default', namespace }));
    const log = { ...silentLog, warn: (text: unknown) => void warnings.push(text) };
    lostPods = createLostPods(api, log, 500);
    watcher = createPodWatcher({ api, labelSelector: `spec.kecs.dev/lost=${name}`, log, ...lostPods });
    await watcher.start();
  });

  after(async () => {
    watcher?.close();
    lostPods?.close();
    api?.close();
    await kubernetes.deleteNode({ name });
    await kubernetes.deleteNamespace({ name: namespace });
  });

  const create = (podName: string, node: { nodeName?: string }, container: Partial<V1Container> = {}) =>
    kubernetes.createNamespacedPod({
      namespace,
      body: {
        metadata: { name: podName, labels: { 'spec.kecs.dev/lost': name } },
        spec: {
          ...node,
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 4,
          containers: [{ name: 'a', image: 'busybox:latest', ...container }],
        },
      },
    });
  const read = (podName: string) => kubernetes.readNamespacedPod({ name: podName, namespace });
  const untilGone = (podName: string) =>
    waitFor(
      'the end of the Pod',
      () =>
        read(podName).then(
          () => false,
          (error: { code?: number }) => error.code === 404,
        ),
      60_000,
    );

  it('are deleted by force after their grace period', async () => {
    await create('lost', { nodeName: name });
    await kubernetes.deleteNamespacedPod({ name: 'lost', namespace });
    expect((await read('lost')).metadata?.deletionTimestamp).not.to.equal(undefined);
    await untilGone('lost');
    expect(warnings).to.deep.equal([`Node ${name} is lost, and Pod lost with it; it is deleted by force.`]);
  });

  it('are not, where the node is ready and the Pod takes its time', async () => {
    warnings.length = 0;
    await create('slow', {}, { command: ['sh', '-c', 'trap "" TERM; while true; do sleep 0.1; done'] });
    await waitFor('a running Pod', async () => (await read('slow')).status?.phase === 'Running', 60_000);
    await kubernetes.deleteNamespacedPod({ name: 'slow', namespace });
    await untilGone('slow');
    expect(warnings).to.deep.equal([]);
  });
});
