import {
  type ContainerDefinition,
  ListTasksCommand,
  type Task,
  waitUntilTasksRunning,
  waitUntilTasksStopped,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { type EcsTasks, createEcsTasks, hostPortsOf } from '../support/ecs-tasks.ts';
import type { StartedEmulator } from '../support/start-emulator.ts';

export interface TaskLifeGround {
  start(): Promise<StartedEmulator>;
  /** Ends at once with this code. */
  readonly exiting: (code: number) => Partial<ContainerDefinition>;
  readonly missingImage: string;
  /** Whether commands really run. */
  readonly realProcesses: boolean;
}

const web: ContainerDefinition = { name: 'web', image: 'nginx:latest', portMappings: [{ containerPort: 80 }] };

/** What becomes of a task, as DescribeTasks tells it, on whatever Kubernetes the ground has. */
export function describeTaskLife(on: string, ground: TaskLifeGround): void {
  describe(`the life of a task on ${on}`, () => {
    // Kubernetes allows none of these names.
    const cluster = 'Prod_EU';
    let started: StartedEmulator;
    let tasks: EcsTasks;

    before(async () => {
      started = await ground.start();
      await started.emulator.whenReady();
      tasks = await createEcsTasks(started.ecs, cluster);
      await tasks.register('Web_App', web);
    });

    after(async () => {
      await tasks?.remove();
      await started?.close();
    });

    const containerOf = (task: Task, name: string) => task.containers?.find((container) => container.name === name);

    for (const code of [0, 3]) {
      it(`ends with its essential container, whose exit code is ${code}`, async () => {
        await tasks.register(`exit-${code}`, { ...web, ...ground.exiting(code) });
        const task = await tasks.stopped(await tasks.runOne(`exit-${code}`));
        expect(task).to.include({
          desiredStatus: 'STOPPED',
          stopCode: 'EssentialContainerExited',
          stoppedReason: 'Essential container in task exited',
        });
        expect(containerOf(task, 'web')).to.include({ lastStatus: 'STOPPED', exitCode: code });
      });
    }

    it('goes on when a container exits that is not essential, and takes that one down in the end', async () => {
      const once = { name: 'once', image: 'nginx:latest', essential: false, ...ground.exiting(3) };
      await tasks.register('two', web, once);
      const arn = await tasks.runOne('two');
      const task = await tasks.running(arn);
      expect((await fetch(`http://127.0.0.1:${hostPortsOf(task)[0]}/`)).status).to.equal(200);
      const stopped = await tasks.stop(arn);
      expect(containerOf(stopped, 'once')).to.include({ exitCode: 3 });
      expect(stopped.stopCode).to.equal('UserInitiated');
    });

    it('tells when it was created, pulled, started, and stopped, in this order', async () => {
      const arn = await tasks.runOne('Web_App');
      await tasks.running(arn);
      const task = await tasks.stop(arn);
      const times = [task.createdAt, task.startedAt, task.stoppingAt, task.executionStoppedAt, task.stoppedAt];
      const known = times.map((time) => time?.getTime() ?? Number.NaN);
      // Kubernetes tells when a container ended in whole seconds.
      const [created = 0, begun = 0, stopping = 0, ended = 0, stopped = 0] = known;
      expect(known.every(Number.isFinite), JSON.stringify(times)).to.equal(true);
      expect(created).to.be.at.most(begun);
      expect(begun).to.be.at.most(stopping);
      expect(stopping).to.be.at.most(stopped);
      expect(ended).to.be.within(stopping - 1000, stopped + 1000);
      expect(task.stoppedReason).to.equal('Task stopped by user');
    });

    it('fails to start in the words of AWS where its image cannot be pulled', async () => {
      await tasks.register('missing', { ...web, image: ground.missingImage });
      const task = await tasks.stopped(await tasks.runOne('missing'));
      expect(task.stopCode).to.equal('TaskFailedToStart');
      expect(task.stoppedReason).to.match(/^CannotPullContainerError: /);
      expect(task.startedAt).to.equal(undefined);
    });

    it("is followed by the SDK's waiters", async () => {
      const arn = await tasks.runOne('Web_App');
      const wait = { client: started.ecs, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
      const running = await waitUntilTasksRunning(wait, { cluster, tasks: [arn] });
      await tasks.stop(arn);
      const stopped = await waitUntilTasksStopped(wait, { cluster, tasks: [arn] });
      expect([running.state, stopped.state]).to.deep.equal(['SUCCESS', 'SUCCESS']);
    });

    it('is listed by what it is meant to be', async () => {
      const arn = await tasks.runOne('Web_App');
      const listed = async (desiredStatus: 'RUNNING' | 'STOPPED') =>
        (await started.ecs.send(new ListTasksCommand({ cluster, desiredStatus }))).taskArns ?? [];
      expect(await listed('RUNNING')).to.include(arn);
      expect(await listed('STOPPED')).not.to.include(arn);
      await tasks.stop(arn);
      expect(await listed('RUNNING')).not.to.include(arn);
      expect(await listed('STOPPED')).to.include(arn);
    });

    it('shows names that Kubernetes forbids as they were given', async () => {
      await tasks.register('Upper_Case', { ...web, name: 'My_App' });
      const task = await tasks.running(await tasks.runOne('Upper_Case'));
      expect(task.clusterArn).to.match(/:cluster\/Prod_EU$/);
      expect(task.taskDefinitionArn).to.match(/:task-definition\/Upper_Case:1$/);
      expect(task.containers?.map(({ name }) => name)).to.deep.equal(['My_App']);
      expect((await fetch(`http://127.0.0.1:${hostPortsOf(task)[0]}/`)).status).to.equal(200);
    });

    if (!ground.realProcesses) return;

    it('shows its containers the environment and the overrides of the call', async () => {
      const environment = [
        { name: 'COLOUR', value: 'red' },
        { name: 'KEPT', value: 'yes' },
      ];
      await tasks.register('echo', { ...web, image: 'kecs/echo:latest', environment });
      const overrides = { containerOverrides: [{ name: 'web', environment: [{ name: 'COLOUR', value: 'blue' }] }] };
      const task = await tasks.running(await tasks.runOne('echo', { overrides }));
      const answer = await (await fetch(`http://127.0.0.1:${hostPortsOf(task)[0]}/`)).text();
      expect(answer)
        .to.match(/blue/)
        .and.to.match(/KEPT/)
        .and.not.to.match(/"red"|COLOUR=red/);
    });

    it('runs entryPoint and command, and the command that the call names instead', async () => {
      await tasks.register('code', {
        name: 'web',
        image: 'busybox:latest',
        entryPoint: ['sh', '-c'],
        command: ['exit 4'],
      });
      const exitOf = async (arn: string) => containerOf(await tasks.stopped(arn), 'web')?.exitCode;
      expect(await exitOf(await tasks.runOne('code'))).to.equal(4);
      const overrides = { containerOverrides: [{ name: 'web', command: ['exit 5'] }] };
      expect(await exitOf(await tasks.runOne('code', { overrides }))).to.equal(5);
    });

    it('gets SIGTERM, and SIGKILL where it does not heed that within stopTimeout', async () => {
      const shell = (name: string, script: string): ContainerDefinition => ({
        name,
        image: 'busybox:latest',
        command: ['sh', '-c', script],
        stopTimeout: 2,
      });
      await tasks.register(
        'signals',
        shell('heeds', 'trap "exit 7" TERM; while true; do sleep 0.1; done'),
        shell('ignores', 'trap "" TERM; while true; do sleep 0.1; done'),
      );
      const arn = await tasks.runOne('signals');
      await tasks.running(arn);
      const task = await tasks.stop(arn);
      expect(containerOf(task, 'heeds')?.exitCode).to.equal(7);
      expect(containerOf(task, 'ignores')?.exitCode).to.equal(137);
    });
  });
}
