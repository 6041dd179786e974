import { expect } from 'chai';
import type { V1Pod } from '@kubernetes/client-node';
import { type ApiClient, createApiClient } from '../../lib/kubernetes/api-client.ts';
import { type PodWatcher, createPodWatcher, podKey } from '../../lib/kubernetes/pod-watcher.ts';
import { tokenAccess } from '../../lib/kubernetes/token-access.ts';
import { silentLog } from '../../lib/util/log.ts';
import { type ScriptedApiServer, startScriptedApiServer } from '../support/scripted-api-server.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the watcher of Pods', () => {
  let server: ScriptedApiServer;
  let api: ApiClient;
  let watcher: PodWatcher;
  let delivered: string[];

  beforeEach(async () => {
    server = await startScriptedApiServer();
    api = createApiClient(tokenAccess(server.url, 'token'));
    delivered = [];
    watcher = createPodWatcher({
      api,
      labelSelector: 'kecs.dev/managed-by=kecs',
      log: silentLog,
      onPod: (pod) => delivered.push(`${podKey(pod)}@${pod.metadata?.resourceVersion}`),
      onGone: (key) => delivered.push(`${key} gone`),
    });
  });

  afterEach(async () => {
    watcher.close();
    api.close();
    await server.close();
  });

  const pod = (uid: string, resourceVersion: string): V1Pod => ({ metadata: { uid, resourceVersion } });
  const exists = (uid: string, resourceVersion: string) => server.pods.set(uid, pod(uid, resourceVersion));
  const watching = (times: number) => waitFor(`watch ${times}`, () => server.asked.watches >= times);
  const delivery = (what: string) => waitFor(`${what}, after ${delivered.join(', ')}`, () => delivered.includes(what));

  it('delivers what exists before it resolves, and changes in their order after', async () => {
    exists('a', '1');
    await watcher.start();
    expect(delivered).to.deep.equal(['a@1']);
    await watching(1);
    server.send('ADDED', pod('b', '2'));
    server.send('MODIFIED', pod('a', '3'));
    server.send('DELETED', pod('b', '4'));
    await delivery('b gone');
    expect(delivered).to.deep.equal(['a@1', 'b@2', 'a@3', 'b gone']);
  });

  it('goes on after a watch that its server ended, without listing again', async () => {
    await watcher.start();
    await watching(1);
    server.endWatches();
    await watching(2);
    server.send('ADDED', pod('a', '5'));
    await delivery('a@5');
    expect(server.asked.lists).to.equal(1);
  });

  it('lists again after 410 Gone and tells what went away meanwhile', async () => {
    exists('a', '1');
    exists('b', '1');
    await watcher.start();
    await watching(1);
    server.pods.delete('a');
    server.watchAnswer = 'gone';
    server.endWatches();
    await delivery('a gone');
    expect(delivered).to.not.include('b gone');
    server.watchAnswer = 'stream';
    const { watches } = server.asked;
    await watching(watches + 1);
  });

  it('lists again when an event says that the version is too old', async () => {
    exists('a', '1');
    await watcher.start();
    await watching(1);
    server.pods.delete('a');
    server.send('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' });
    await delivery('a gone');
  });

  it('survives a server that goes away in the middle of an event', async () => {
    await watcher.start();
    await watching(1);
    await server.goAway();
    await server.comeBack();
    await watching(2);
    server.send('ADDED', pod('a', '7'));
    await delivery('a@7');
  });

  it('waits for a server that is away when it starts', async () => {
    exists('a', '1');
    await server.goAway();
    const started = watcher.start();
    await server.comeBack();
    await started;
    expect(delivered).to.deep.equal(['a@1']);
  });

  it('does not keep a server busy that hangs up at once', async () => {
    server.watchAnswer = 'end';
    await watcher.start();
    await watching(3);
    const { watches } = server.asked;
    for (let i = 0; i < 20; i += 1) await api.get('/api/v1/pods');
    expect(server.asked.watches - watches).to.be.lessThan(5);
  });
});
