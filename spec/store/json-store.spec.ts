import { mkdtemp, readFile, readdir, rm, stat, writeFile, appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import type { ClusterRecord } from '../../lib/model/cluster.ts';
import type { TaskRecord } from '../../lib/model/task.ts';
import { openStore } from '../../lib/store/json-store.ts';

const cluster = (name: string, status: 'ACTIVE' | 'INACTIVE' = 'ACTIVE'): ClusterRecord => ({
  arn: `arn:aws:ecs:us-east-1:000000000000:cluster/${name}`,
  name,
  status,
  settings: [],
  capacityProviders: [],
  defaultCapacityProviderStrategy: [],
  tags: [],
});

const task = (id: string, desiredStatus: string): TaskRecord => ({
  arn: `arn:aws:ecs:us-east-1:000000000000:task/web/${id}`,
  id,
  clusterArn: cluster('web').arn,
  clusterName: 'web',
  region: 'us-east-1',
  account: '000000000000',
  task: { desiredStatus },
});

describe('the JSON store', () => {
  let folder: string;
  let path: string;
  const warnings: string[] = [];
  const open = () => openStore({ path, warn: (message) => warnings.push(message) });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kecs-store-'));
    path = join(folder, 'deep', 'state.json');
    warnings.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('keeps records, their order and the instance id over a clean restart, in the state file alone', async () => {
    const before = await open();
    for (const name of ['b', 'a', 'c']) before.clusters.put(cluster(name));
    before.clusters.delete(cluster('a').arn);
    await before.close();
    expect(await readdir(join(folder, 'deep'))).to.deep.equal(['state.json']);
    const after = await open();
    expect([...after.clusters.values()].map(({ name }) => name)).to.deep.equal(['b', 'c']);
    expect(after.instanceId).to.equal(before.instanceId);
    await after.close();
  });

  it('writes the state file and its journal for the owner alone', async () => {
    const store = await open();
    store.clusters.put(cluster('web'));
    await store.commit();
    for (const name of await readdir(join(folder, 'deep'))) {
      expect((await stat(join(folder, 'deep', name))).mode & 0o777, name).to.equal(0o600);
    }
    await store.close();
  });

  it('loses nothing that was committed when its process is killed', async () => {
    const child = fork(new URL('../support/committing-process.ts', import.meta.url), [path], {
      execArgv: ['--import=tsx'],
    });
    let committed = '';
    child.on('message', (name: string) => {
      committed = name;
      if (committed === 'cluster-200') child.kill('SIGKILL');
    });
    await once(child, 'exit');
    const store = await open();
    const names = [...store.clusters.values()].map(({ name }) => name);
    expect(names).to.include(committed);
    expect(names.length).to.be.at.least(200);
    expect(warnings).to.deep.equal([]);
    await store.close();
  });

  it('drops a last line that was not written to its end', async () => {
    const store = await open();
    store.clusters.put(cluster('web'));
    await store.commit();
    const journal = (await readdir(join(folder, 'deep'))).find((name) => name.includes('journal'));
    await appendFile(join(folder, 'deep', journal ?? ''), '[["clusters","arn:torn');
    await rm(`${path}.lock`);
    const after = await open();
    expect([...after.clusters.values()].map(({ name }) => name)).to.deep.equal(['web']);
    expect(warnings).to.deep.equal([]);
    await after.close();
    await store.close();
  });

  it('puts a damaged file aside, says so, and starts empty', async () => {
    await (await open()).close();
    await writeFile(path, '{"version":1,');
    const store = await open();
    expect(store.clusters.size).to.equal(0);
    expect(warnings[0]).to.match(/is damaged .* put aside as .*state\.json\.damaged-/);
    const aside = (await readdir(join(folder, 'deep'))).find((name) => name.includes('damaged'));
    expect(await readFile(join(folder, 'deep', aside ?? ''), 'utf8')).to.equal('{"version":1,');
    await store.close();
  });

  it('refuses a file of a later version and leaves it as it is', async () => {
    await (await open()).close();
    const later = (await readFile(path, 'utf8')).replace('"version":1', '"version":99');
    await writeFile(path, later);
    const error = await open().catch((reason: Error) => reason);
    expect(error)
      .to.be.an('error')
      .with.property('message')
      .that.matches(/version 99, this KECS knows up to version 1/);
    expect(await readFile(path, 'utf8')).to.equal(later);
  });

  it('refuses a file that another KECS uses, and takes over the lock of one that is gone', async () => {
    const store = await open();
    const error = await open().catch((reason: Error) => reason);
    expect(error)
      .to.be.an('error')
      .with.property('message')
      .that.matches(/in use by process \d+\. Stop that KECS/);
    await store.close();
    const child = fork(new URL('../support/committing-process.ts', import.meta.url), [path], {
      execArgv: ['--import=tsx'],
    });
    await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await open()).close();
  });

  it('takes over the lock of one that is gone and had the same process id, as in a container that was killed', async () => {
    await (await open()).close();
    await writeFile(`${path}.lock`, `${process.pid} ${performance.timeOrigin - 60_000}`);
    await (await open()).close();
  });

  it('answers a commit that could not be written with its reason, and writes it with the next', async () => {
    const store = await open();
    store.clusters.put(cluster('first'));
    await rm(join(folder, 'deep'), { recursive: true });
    await writeFile(join(folder, 'deep'), 'a file where the folder was');
    const error = await store.commit().catch((reason: NodeJS.ErrnoException) => reason);
    expect(error).to.be.an('error');
    await rm(join(folder, 'deep'));
    await store.commit();
    store.clusters.put(cluster('second'));
    await store.close();
    const after = await open();
    expect([...after.clusters.values()].map(({ name }) => name)).to.deep.equal(['first', 'second']);
    await after.close();
  });

  it('folds a long journal into the state file while commits go on', async () => {
    const store = await open();
    const padding = [{ key: 'padding', value: 'x'.repeat(10_000) }];
    for (let i = 0; i < 900; i++) {
      store.clusters.put({ ...cluster(`c${i}`), tags: padding });
      if (i % 3 === 0) await store.commit();
    }
    await store.close();
    const after = await open();
    expect(after.clusters.size).to.equal(900);
    expect(warnings).to.deep.equal([]);
    await after.close();
  });

  it('finds the tasks of a cluster by desired status', async () => {
    const store = await open();
    store.tasks.put(task('1', 'RUNNING'));
    store.tasks.put(task('2', 'RUNNING'));
    store.tasks.put(task('1', 'STOPPED'));
    expect([...store.tasks.inCluster(cluster('web').arn, 'RUNNING')].map(({ id }) => id)).to.deep.equal(['2']);
    expect([...store.tasks.inCluster(cluster('web').arn, 'STOPPED')].map(({ id }) => id)).to.deep.equal(['1']);
    store.tasks.delete(task('2', '').arn);
    expect(store.tasks.countInCluster(cluster('web').arn, 'RUNNING')).to.equal(0);
    await store.close();
  });

  it('forgets everything but its instance id when it is reset', async () => {
    const store = await open();
    store.clusters.put(cluster('web'));
    await store.commit();
    await store.reset();
    await store.close();
    const after = await open();
    expect(after.clusters.size).to.equal(0);
    expect(after.instanceId).to.equal(store.instanceId);
    await after.close();
  });

  it('keeps nothing without a path', async () => {
    const store = await openStore({ warn: () => undefined });
    store.clusters.put(cluster('web'));
    await store.commit();
    expect(store.clusters.get(cluster('web').arn)?.name).to.equal('web');
    await store.close();
  });
});
