import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { V1Pod } from '@kubernetes/client-node';
import { accessStrategies } from '../../lib/kubernetes/access-strategies.ts';
import { type ApiClient, createApiClient } from '../../lib/kubernetes/api-client.ts';
import { type PodWatcher, createPodWatcher, podKey } from '../../lib/kubernetes/pod-watcher.ts';
import { tokenAccess } from '../../lib/kubernetes/token-access.ts';
import { silentLog } from '../../lib/util/log.ts';
import { type InterruptedProxy, startInterruptedProxy } from '../support/interrupted-proxy.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the watcher of Pods on a real API server that is hard to reach', () => {
  const namespace = `watcher-${randomBytes(4).toString('hex')}`;
  const labels = { 'spec.kecs.dev/watcher': namespace };
  let api: ApiClient;
  let proxy: InterruptedProxy;
  let proxied: ApiClient;
  let watcher: PodWatcher;
  const names = new Map<string, string>();
  let delivered: string[] = [];

  before(async () => {
    const strategy = accessStrategies.find(({ name }) => name.includes('KUBECONFIG'));
    api = createApiClient((await strategy!.find({ kind: 'kubeconfig', instanceId: 'spec', log: silentLog }))!.access);
    await api.post('/api/v1/namespaces', { metadata: { name: namespace } });
    await waitFor('a service account', () => api.get(`/api/v1/namespaces/${namespace}/serviceaccounts/default`));
    proxy = await startInterruptedProxy(api);
    proxied = createApiClient(tokenAccess(proxy.url, 'unused'));
    watcher = createPodWatcher({
      api: proxied,
      labelSelector: `spec.kecs.dev/watcher=${namespace}`,
      log: silentLog,
      onPod: (pod: V1Pod) => {
        names.set(podKey(pod), pod.metadata?.name ?? '');
        delivered.push(pod.metadata?.name ?? '');
      },
      onGone: (key) => delivered.push(`${names.get(key)} gone`),
    });
    await create('first');
    await watcher.start();
  });

  after(async () => {
    watcher.close();
    proxied.close();
    proxy.close();
    await api.delete(`/api/v1/namespaces/${namespace}`);
    api.close();
  });

  beforeEach(() => {
    delivered = delivered.filter((what) => what === 'first');
    proxy.mode = 'pass';
  });

  // No node has this name, so that nothing runs and a deletion takes effect at once.
  const create = (name: string) =>
    api.post(`/api/v1/namespaces/${namespace}/pods`, {
      metadata: { name, labels },
      spec: { nodeSelector: { 'spec.kecs.dev/none': 'none' }, containers: [{ name: 'a', image: 'busybox:latest' }] },
    });
  const remove = (name: string) => api.delete(`/api/v1/namespaces/${namespace}/pods/${name}`);
  const delivery = (what: string) => waitFor(what, () => delivered.includes(what), 60_000);

  it('delivers what exists, and what comes and goes', async () => {
    expect(delivered).to.include('first');
    await create('second');
    await delivery('second');
    await remove('second');
    await delivery('second gone');
  });

  it('misses nothing while its connection is cut', async () => {
    proxy.mode = 'away';
    proxy.cut();
    await create('third');
    await remove('third');
    await create('fourth');
    proxy.mode = 'pass';
    await delivery('third gone');
    await delivery('fourth');
    expect(delivered.indexOf('third gone')).to.be.lessThan(delivered.indexOf('fourth'));
  });

  it('tells after 410 Gone what went away meanwhile', async () => {
    proxy.mode = 'away';
    proxy.cut();
    await remove('fourth');
    proxy.mode = 'gone';
    await delivery('fourth gone');
  });

  it('asks a server that is away seldom, and goes on when it is back', async () => {
    const { turnedAway } = proxy;
    proxy.mode = 'away';
    proxy.cut();
    const before = turnedAway();
    await waitFor('some tries', () => turnedAway() - before >= 4, 60_000);
    await create('fifth');
    proxy.mode = 'pass';
    await delivery('fifth');
    // Four tries and their doubling pauses take seconds; a loop without pauses would have made thousands.
    expect(turnedAway() - before).to.be.lessThan(10);
  });
});
