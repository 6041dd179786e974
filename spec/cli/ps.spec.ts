import { expect } from 'chai';
import { ecsCall } from '../../lib/cli/ecs-call.ts';
import { type KecsProcesses, type RunningKecs, buildKecs, createKecsProcesses } from '../support/kecs-processes.ts';
import { addressOf, runWebTask } from '../support/run-web-task.ts';

describe('kecs ps', () => {
  let processes: KecsProcesses;
  let kecs: RunningKecs;
  const ps = (words: string[] = [], variables = {}) =>
    processes.run(['ps', ...words], { AWS_ENDPOINT_URL_ECS: kecs.url, ...variables });

  before(async function () {
    this.timeout(120_000);
    await buildKecs();
  });
  beforeEach(async () => {
    processes = await createKecsProcesses();
    kecs = await processes.start(['--state', 'memory', '--lifecycle', 'instant']);
  });
  afterEach(() => processes.close());

  const idOf = (arn: string): string => arn.split('/').at(-1) ?? '';
  const stop = async (task: string) => ecsCall(kecs.url, 'StopTask', { cluster: 'c', task, reason: 'Enough of it' });

  it('prints a header where no task runs', async () => {
    const { code, stdout } = await ps();
    expect([code, stdout]).to.deep.equal([0, 'CLUSTER  TASK  DEFINITION  STATUS  URL\n']);
  });

  it('prints a line for each task, with the URL at which it answers', async () => {
    const task = await runWebTask(kecs.url);
    const { code, stdout } = await ps();
    expect(code).to.equal(0);
    const line = stdout.split('\n')[1] ?? '';
    expect(line.split(/ {2,}/)).to.deep.equal(['c', idOf(task.taskArn), 'web:1', 'RUNNING', addressOf(task)]);
    expect((await fetch(line.split(/ +/)[4] ?? '')).status).to.equal(200);
  });

  it('prints stopped tasks with their reason when all are asked for', async () => {
    const { taskArn } = await runWebTask(kecs.url);
    await stop(taskArn);
    expect((await ps()).stdout).to.not.contain(idOf(taskArn));
    expect((await ps(['--all'])).stdout).to.match(/STOPPED +Enough of it\n$/);
  });

  it('prints JSON with the same content', async () => {
    const task = await runWebTask(kecs.url);
    expect(JSON.parse((await ps(['--json'])).stdout)).to.deep.equal([
      {
        cluster: 'c',
        task: idOf(task.taskArn),
        definition: 'web:1',
        status: 'RUNNING',
        urls: [addressOf(task)],
      },
    ]);
  });

  it('lists more tasks than one page or one call of DescribeTasks holds', async () => {
    await ecsCall(kecs.url, 'CreateCluster', { clusterName: 'c' });
    await ecsCall(kecs.url, 'RegisterTaskDefinition', {
      family: 'job',
      containerDefinitions: [{ name: 'job', image: 'job' }],
    });
    for (let i = 0; i < 11; i++) {
      await ecsCall(kecs.url, 'RunTask', { cluster: 'c', taskDefinition: 'job', count: 10 });
    }
    expect(JSON.parse((await ps(['--json'])).stdout)).to.have.length(110);
  });

  it('speaks of the region that the AWS variables name', async () => {
    await runWebTask(kecs.url);
    const elsewhere = await ps(['--json'], { AWS_REGION: 'eu-west-1' });
    expect(JSON.parse(elsewhere.stdout)).to.deep.equal([]);
    expect(JSON.parse((await ps(['--json'], { AWS_REGION: 'us-east-1' })).stdout)).to.have.length(1);
  });

  it('asks the endpoint that the flag names rather than that of the variable', async () => {
    const { code } = await ps(['--endpoint', kecs.url], { AWS_ENDPOINT_URL_ECS: 'http://127.0.0.1:1' });
    expect(code).to.equal(0);
  });

  it('says how to start a KECS where none answers', async () => {
    const { code, stderr } = await ps(['--endpoint', 'http://127.0.0.1:1']);
    expect(code).to.equal(1);
    expect(stderr).to.equal(
      'kecs: No KECS answers at http://127.0.0.1:1. Start one with kecs start, or name its address with --endpoint.\n',
    );
  });
});
