import { expect } from 'chai';
import { LeftClusters } from '../../lib/scheduler/left-clusters.ts';
import { openStore } from '../../lib/store/json-store.ts';
import type { Store } from '../../lib/store/store.ts';
import { silentLog } from '../../lib/util/log.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { ScriptedRuntime } from '../support/scripted-runtime.ts';
import { cluster } from '../support/task-records.ts';
import { waitFor } from '../support/wait-for.ts';

describe('what the runtime made for clusters', () => {
  let store: Store;
  let runtime: ScriptedRuntime;
  let clock: ManualClock;
  let left: LeftClusters;

  beforeEach(async () => {
    store = await openStore({ warn: () => undefined });
    runtime = new ScriptedRuntime();
    runtime.clusters = [
      ['default', 'us-east-1'],
      ['default', 'eu-west-1'],
      ['gone', 'us-east-1'],
    ];
    clock = new ManualClock();
    left = new LeftClusters(store, clock, silentLog);
    store.clusters.put(cluster);
    store.clusters.put({ ...cluster, arn: cluster.arn.replace('default', 'gone'), name: 'gone', status: 'INACTIVE' });
  });

  const namesLeft = () => runtime.clusters.map((one) => one.join(' '));

  it('is taken back ten seconds after a start, save for the clusters that are ACTIVE in that region', async () => {
    left.start(runtime);
    clock.advance(9);
    expect(namesLeft()).to.have.length(3);
    clock.advance(1);
    await waitFor('the removal', () => namesLeft().length === 1);
    expect(namesLeft()).to.deep.equal(['default us-east-1']);
  });

  it('stays as long as clusters are deleted one after another, and is taken back after the last', async () => {
    left.start(runtime);
    clock.advance(9);
    left.wake();
    clock.advance(9);
    expect(namesLeft()).to.have.length(3);
    clock.advance(1);
    await waitFor('the removal', () => namesLeft().length === 1);
  });

  it('stays where the cluster of another account has the same name', async () => {
    store.clusters.put({ ...cluster, arn: 'arn:aws:ecs:us-east-1:111111111111:cluster/gone', name: 'gone' });
    left.start(runtime);
    clock.advance(10);
    await waitFor('the removal', () => namesLeft().length === 2);
    expect(namesLeft()).to.include('gone us-east-1');
  });

  it('is taken back at the end of KECS when that comes first', async () => {
    left.start(runtime);
    await left.stop();
    expect(namesLeft()).to.deep.equal(['default us-east-1']);
  });

  it('does not hold up the end of KECS where the runtime does not answer', async () => {
    runtime.leaveClusters = () => new Promise(() => undefined);
    left.start(runtime);
    const stopped = left.stop();
    clock.advance(2);
    await stopped;
  });

  it('is left for the next start where it cannot be taken back', async () => {
    const warnings: unknown[] = [];
    runtime.leaveClusters = async () => Promise.reject(new Error('The server is away.'));
    const unlucky = new LeftClusters(store, clock, { ...silentLog, warn: (text: unknown) => warnings.push(text) });
    unlucky.start(runtime);
    await unlucky.stop();
    expect(warnings).to.deep.equal([
      'What Kubernetes still has of deleted clusters is removed at the next start: The server is away.',
    ]);
  });
});
