import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { expect } from 'chai';
import { hasCommand } from '../support/has-command.ts';
import { type KecsProcesses, buildKecs, createKecsProcesses } from '../support/kecs-processes.ts';
import { runWebTask } from '../support/run-web-task.ts';

describe('kecs kubeconfig', () => {
  let processes: KecsProcesses;
  let state: string;

  before(async function () {
    this.timeout(120_000);
    await buildKecs();
  });
  beforeEach(async () => {
    processes = await createKecsProcesses();
    state = join(processes.folder, 'state.json');
  });
  afterEach(() => processes.close());

  const podOf = (arn: string): string => `task-${arn.split('/').at(-1)}`;

  it('prints a kubeconfig with which a client finds the Pods of tasks', async () => {
    const { url } = await processes.start(['--state', state, '--lifecycle', 'instant']);
    const { taskArn } = await runWebTask(url);
    const { code, stdout } = await processes.run(['kubeconfig', '--state', state]);
    expect(code).to.equal(0);
    const config = new KubeConfig();
    config.loadFromString(stdout);
    const { items } = await config.makeApiClient(CoreV1Api).listPodForAllNamespaces();
    expect(items.map(({ metadata }) => metadata?.name)).to.deep.equal([podOf(taskArn)]);
  });

  it('prints a kubeconfig with which kubectl finds the Pods of tasks', async function () {
    if (!hasCommand('kubectl', 'version', '--client')) this.skip();
    const { url } = await processes.start(['--state', state, '--lifecycle', 'instant']);
    const { taskArn } = await runWebTask(url);
    const file = join(processes.folder, 'kubeconfig');
    await writeFile(file, (await processes.run(['kubeconfig'], { KECS_STATE: state })).stdout);
    const words = ['--kubeconfig', file, 'get', 'pods', '-A', '-o', 'name'];
    const { code, stdout } = await processes.run(words, {}, ['kubectl']);
    expect([code, stdout]).to.deep.equal([0, `pod/${podOf(taskArn)}\n`]);
  });

  it('is read by its owner alone, for it holds a token', async () => {
    await processes.start(['--state', state]);
    expect((await stat(`${state}.kubeconfig`)).mode & 0o777).to.equal(0o600);
  });

  it('finds the state file where kecs start keeps it', async () => {
    await processes.start([]);
    expect((await processes.run(['kubeconfig'])).stdout).to.contain('"kind": "Config"');
  });

  it('says that no embedded Kubernetes runs where none does', async () => {
    const { code, stderr } = await processes.run(['kubeconfig', '--state', state]);
    expect(code).to.equal(1);
    expect(stderr).to.contain(`No embedded Kubernetes runs with the state file ${state}`);
    expect(stderr.trim().split('\n')).to.have.length(1);
  });
});
