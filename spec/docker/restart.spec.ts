import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ecsCall } from '../../lib/cli/ecs-call.ts';
import { inDocker } from '../support/docker-ground.ts';
import { type KecsProcesses, type RunningKecs, buildKecs, createKecsProcesses } from '../support/kecs-processes.ts';
import { addressOf, runWebTask } from '../support/run-web-task.ts';
import { waitFor } from '../support/wait-for.ts';
import { describeOnDocker } from './docker.ts';

describeOnDocker('KECS with containers in Docker', () => {
  let processes: KecsProcesses;

  before(async function () {
    this.timeout(120_000);
    await buildKecs();
  });
  beforeEach(async () => {
    processes = await createKecsProcesses();
  });
  afterEach(() => processes.close());

  const stateOf = (name: string) => join(processes.folder, `${name}.json`);
  const start = (name: string): Promise<RunningKecs> =>
    processes.start(
      ['--containers', 'docker', '--state', stateOf(name), '--lifecycle', 'instant'],
      dockerVariables(),
      undefined,
      60_000,
    );
  const instanceOf = async (name: string): Promise<string> => {
    const text = await readFile(stateOf(name), 'utf8');
    return (JSON.parse(text) as { instanceId: string }).instanceId;
  };
  const containersOf = async (name: string) => (await inDocker(await instanceOf(name))).containers;

  it('says at the start what runs them', async () => {
    const kecs = await start('one');
    expect(kecs.stdout()).to.match(/^Kubernetes: embedded Kubernetes at \S+, containers run by docker:\/\/\d+\./m);
    await kecs.end('SIGTERM');
  });

  it('leaves nothing in Docker when it ends', async () => {
    const kecs = await start('one');
    const task = await runWebTask(kecs.url);
    expect(await (await waitFor('an answer', () => fetch(addressOf(task)))).text()).to.match(/nginx/i);
    expect(await containersOf('one')).to.have.length(2);
    expect((await kecs.end('SIGTERM')).code).to.equal(0);
    expect(await inDocker(await instanceOf('one'))).to.deep.equal({ containers: [], volumes: [] });
  });

  it('removes what it left when it was killed, and nothing of another KECS', async () => {
    const other = await start('other');
    const theirs = await runWebTask(other.url);
    const first = await start('one');
    const { taskArn } = await runWebTask(first.url);
    await first.end('SIGKILL');
    expect(await containersOf('one')).to.have.length(2);
    const second = await start('one');
    expect(await containersOf('one')).to.deep.equal([]);
    const found = await waitFor(
      'the end of the task',
      async () => {
        const { tasks = [] } = await ecsCall(second.url, 'DescribeTasks', { cluster: 'c', tasks: [taskArn] });
        return tasks[0]?.lastStatus === 'STOPPED' && tasks[0];
      },
      60_000,
    );
    expect(found.stoppedReason).to.equal('The containers of the task ended while KECS was not running.');
    expect((await waitFor('an answer', () => fetch(addressOf(theirs)))).status).to.equal(200);
    await second.end('SIGTERM');
    await other.end('SIGTERM');
    expect(await containersOf('other')).to.deep.equal([]);
  });
});

const dockerVariables = (): Record<string, string> => {
  const host = process.env['DOCKER_HOST'];
  return host ? { DOCKER_HOST: host } : {};
};
