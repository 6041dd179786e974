import { expect } from 'chai';
import { ecsCall } from '../../lib/cli/ecs-call.ts';
import type { Task } from '../../lib/model/task.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { describeOnK3d, k3d, k3dCluster, leftInDocker, randomK3dName } from '../support/k3d.ts';
import { type KecsProcesses, type RunningKecs, buildKecs, createKecsProcesses } from '../support/kecs-processes.ts';
import { addressOf, runWebTask } from '../support/run-web-task.ts';
import { waitFor } from '../support/wait-for.ts';

const limitMs = 120_000;

/** Step by step, each on what the one before has left, for a cluster takes its time to come and go. */
describeOnK3d('A k3d cluster that KECS makes', () => {
  const name = randomK3dName();
  let processes: KecsProcesses;
  let kecs: RunningKecs;
  let first: number;
  let flags: string[];
  let mapped: Task;
  let forwarded: Task;

  before(async () => {
    await buildKecs();
    processes = await createKecsProcesses();
    ({ first } = await freePortRange(4));
    const range = [`--public-ip-host-ports-first=${first}`, `--public-ip-host-ports-last=${first + 3}`];
    flags = ['--cluster=k3d', `--k3d-name=${name}`, '--k3d-ports=1', ...range];
  });

  after(async () => {
    await processes?.close();
    await k3d('cluster', 'delete', name);
  });

  const start = (last?: string) => processes.start(flags, {}, last, limitMs);
  const cluster = (...words: string[]) => processes.run(['cluster', ...words, `--k3d-name=${name}`]);

  async function runningTask(): Promise<Task> {
    const { taskArn } = await runWebTask(kecs.url);
    return waitFor('a running task', () => describeRunning(taskArn), limitMs);
  }

  async function describeRunning(taskArn: string): Promise<Task | undefined> {
    const { tasks = [] } = await ecsCall(kecs.url, 'DescribeTasks', { cluster: 'c', tasks: [taskArn] });
    if (tasks[0]?.lastStatus === 'STOPPED') throw new Error(`Stopped: ${tasks[0].stoppedReason}`);
    return tasks[0]?.lastStatus === 'RUNNING' ? tasks[0] : undefined;
  }

  const answers = (task: Task): Promise<boolean> =>
    fetch(addressOf(task), { signal: AbortSignal.timeout(2_000) }).then(
      ({ ok }) => ok,
      () => false,
    );

  it('is made by kecs start, whose API answers meanwhile', async () => {
    kecs = await start('KECS answers');
    expect(await ecsCall(kecs.url, 'ListClusters', {})).to.deep.equal({ clusterArns: [] });
    expect(kecs.stdout()).not.to.include('Kubernetes:');
    await waitFor('the cluster', () => kecs.stdout().includes(`Kubernetes: context k3d-${name}`), limitMs);
  });

  it('publishes its first host ports by itself, and leaves those beyond to the forwarder of KECS', async () => {
    mapped = await runningTask();
    forwarded = await runningTask();
    expect([mapped, forwarded].map(addressOf)).to.deep.equal([
      `http://127.0.0.1:${first}`,
      `http://127.0.0.1:${first + 1}`,
    ]);
    for (const task of [mapped, forwarded]) await waitFor('an answer', () => answers(task));
  });

  it('is told of by kecs cluster status', async () => {
    const { code, stdout } = await cluster('status');
    expect(code).to.equal(0);
    expect(stdout).to.equal(
      `k3d cluster ${name}: running (1 of 1 servers)\nHost ports mapped directly: ${first} → 30000 (tcp)\n`,
    );
  });

  it('is found again after KECS was killed, while its own ports have gone on answering', async () => {
    const { stderr } = await kecs.end('SIGKILL');
    expect(stderr).to.match(/Creating k3d cluster .+: this takes tens of seconds/);
    expect(stderr).to.match(/k3d cluster \S+ was created in \d+ s/);
    expect(await answers(mapped)).to.equal(true);
    expect(await answers(forwarded)).to.equal(false);
    kecs = await start();
    for (const task of [mapped, forwarded]) {
      expect(addressOf((await describeRunning(task.taskArn ?? '')) ?? {})).to.equal(addressOf(task));
      await waitFor('an answer', () => answers(task));
    }
  });

  it('is started when it is stopped, and runs tasks again', async () => {
    await kecs.end('SIGTERM');
    await k3d('cluster', 'stop', name);
    expect((await cluster('status')).stdout).to.include('stopped; kecs start --cluster k3d starts it');
    kecs = await start();
    const task = await runningTask();
    await waitFor('an answer', () => answers(task));
    expect((await kecs.end('SIGTERM')).stderr).to.include(`Starting k3d cluster ${name}, which is stopped.`);
  });

  it('is not made twice', async () => {
    const { code, stderr } = await cluster('create');
    expect(code).to.equal(1);
    expect(stderr).to.include(`There is a k3d cluster ${name} already`).and.include('--k3d-name');
  });

  it('keeps its host ports from another cluster, which is told so before anything is made', async () => {
    const other = randomK3dName();
    const { code, stderr } = await processes.run(['cluster', 'create', ...flags.slice(2), `--k3d-name=${other}`]);
    expect(code).to.equal(1);
    expect(stderr).to.include(`Host port ${first} of 127.0.0.1 is taken by another program or k3d cluster`);
    expect(await k3dCluster(other)).to.equal(undefined);
  });

  it('touches no kubeconfig of the user', async () => {
    const { stdout } = await processes.run(['-c', 'ls -A "$HOME" "$HOME/.kube" 2>/dev/null'], {}, ['sh']);
    expect(stdout).not.to.include('config');
  });

  it('is deleted by kecs cluster delete, with nothing left', async () => {
    const { code, stdout } = await cluster('delete');
    expect([code, stdout]).to.deep.equal([0, `Deleted k3d cluster ${name} and all that ran on it.\n`]);
    expect(await leftInDocker(name)).to.deep.equal([]);
    expect((await cluster('status')).stderr).to.include(`There is no k3d cluster ${name}: make it with`);
    expect((await cluster('delete')).stderr).to.include(`There is no k3d cluster ${name} to delete`);
  });

  it('is made by kecs cluster create, too, which shows its progress, and needs no mapped port', async () => {
    const { code, stdout } = await cluster('create', '--k3d-ports=0');
    expect(code).to.equal(0);
    expect(stdout)
      .to.include(`Creating k3d cluster ${name}, with no host port mapped: this takes tens of seconds.`)
      .and.include(`Starting node 'k3d-${name}-server-0'`)
      .and.match(/was created in \d+ s\.\n$/);
    expect((await cluster('status')).stdout).to.include('Host ports mapped directly: none');
  });
});
