import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ecsCall } from '../../lib/cli/ecs-call.ts';
import { type KecsProcesses, type RunningKecs, buildKecs, createKecsProcesses } from '../support/kecs-processes.ts';
import { addressOf, runWebTask } from '../support/run-web-task.ts';
import { waitFor } from '../support/wait-for.ts';

describe('KECS on the embedded Kubernetes, started again with the same state', () => {
  let processes: KecsProcesses;

  before(async function () {
    this.timeout(120_000);
    await buildKecs();
  });
  beforeEach(async () => {
    processes = await createKecsProcesses();
  });
  afterEach(() => processes.close());

  const start = (): Promise<RunningKecs> =>
    processes.start(['--state', join(processes.folder, 'state.json'), '--lifecycle', 'instant']);
  const describeTask = async (url: string, task: string) =>
    (await ecsCall(url, 'DescribeTasks', { cluster: 'c', tasks: [task] })).tasks?.[0];
  const stopped = (url: string, task: string) =>
    waitFor('the end of the task', async () => {
      const found = await describeTask(url, task);
      return found?.lastStatus === 'STOPPED' && found;
    });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    describe(`after ${signal}`, () => {
      it('tells of tasks that ran that they stopped, and why', async () => {
        const first = await start();
        const task = await runWebTask(first.url);
        await first.end(signal);
        const second = await start();
        const found = await stopped(second.url, task.taskArn);
        expect(found.stopCode).to.equal('InfrastructureHealth');
        expect(found.stoppedReason).to.equal('The containers of the task ended while KECS was not running.');
        expect(found.startedAt).to.equal(task.startedAt);
      });

      it('has their ports free', async () => {
        const first = await start();
        const task = await runWebTask(first.url);
        await first.end(signal);
        const second = await start();
        await stopped(second.url, task.taskArn);
        const refused = await fetch(addressOf(task)).catch((error: Error) => error.cause);
        expect(refused).to.have.property('code', 'ECONNREFUSED');
        const next = await runWebTask(second.url);
        expect((await fetch(addressOf(next))).status).to.equal(200);
      });

      it('keeps clusters, task definitions, and the numbers of revisions', async () => {
        const first = await start();
        await runWebTask(first.url);
        await ecsCall(first.url, 'DeregisterTaskDefinition', { taskDefinition: 'web:1' });
        const before = await Promise.all([
          ecsCall(first.url, 'ListClusters', {}),
          ecsCall(first.url, 'DescribeTaskDefinition', { taskDefinition: 'web:1' }),
        ]);
        await first.end(signal);
        const { url } = await start();
        const after = await Promise.all([
          ecsCall(url, 'ListClusters', {}),
          ecsCall(url, 'DescribeTaskDefinition', { taskDefinition: 'web:1' }),
        ]);
        expect(after).to.deep.equal(before);
        await ecsCall(url, 'DeleteTaskDefinitions', { taskDefinitions: ['web:1'] });
        const next = await runWebTask(url);
        expect(next.taskDefinitionArn).to.match(/web:2$/);
      });
    });
  }

  it('keeps all that was answered before SIGKILL came', async () => {
    const first = await start();
    const answered: string[] = [];
    const working = (async () => {
      for (let i = 1; ; i++) {
        const { cluster } = await ecsCall(first.url, 'CreateCluster', { clusterName: `c${i}` });
        answered.push(cluster?.clusterArn ?? '');
      }
    })().catch(() => undefined);
    await waitFor('some answers', () => answered.length >= 40);
    await first.end('SIGKILL');
    await working;
    const second = await start();
    const { clusters = [] } = await ecsCall(second.url, 'DescribeClusters', { clusters: answered.slice(-100) });
    expect(clusters.map(({ clusterArn }) => clusterArn)).to.deep.equal(answered.slice(-100));
  });

  it('takes over what SIGKILL left beside the state, and leaves nothing at its own end', async () => {
    const first = await start();
    await first.end('SIGKILL');
    expect(await readdir(processes.folder)).to.include.members(['state.json.lock', 'state.json.kubeconfig']);
    const second = await start();
    expect((await second.end('SIGTERM')).code).to.equal(0);
    expect(await readdir(processes.folder)).to.deep.equal(['state.json']);
  });
});
