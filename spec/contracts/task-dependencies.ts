import {
  type ContainerCondition,
  type ContainerDefinition,
  RegisterTaskDefinitionCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { type EcsTasks, createEcsTasks } from '../support/ecs-tasks.ts';
import type { StartedEmulator } from '../support/start-emulator.ts';

export interface TaskDependenciesGround {
  start(): Promise<StartedEmulator>;
  /** Ends after so many seconds with this code. */
  readonly ending: (code: number, seconds: number) => Partial<ContainerDefinition>;
  /** Goes on until it is stopped. */
  readonly server: Partial<ContainerDefinition>;
}

/** What dependsOn and startTimeout do, as DescribeTasks tells it. */
export function describeTaskDependencies(on: string, ground: TaskDependenciesGround): void {
  describe(`the dependencies of containers on ${on}`, () => {
    let started: StartedEmulator;
    let tasks: EcsTasks;

    before(async () => {
      started = await ground.start();
      await started.emulator.whenReady();
      tasks = await createEcsTasks(started.ecs, `Depend_${Date.now().toString(36)}`);
    });

    after(async () => {
      await tasks?.remove();
      await started?.close();
    });

    const container = (name: string, more: Partial<ContainerDefinition>): ContainerDefinition => ({
      name,
      image: 'nginx:latest',
      stopTimeout: 2,
      ...more,
    });
    const waitingFor = (...conditions: [containerName: string, condition: ContainerCondition][]) => ({
      dependsOn: conditions.map(([containerName, condition]) => ({ containerName, condition })),
    });
    const run = async (...containerDefinitions: ContainerDefinition[]) => {
      const { taskDefinition } = await started.ecs.send(
        new RegisterTaskDefinitionCommand({ family: 'depend', containerDefinitions }),
      );
      return tasks.runOne(taskDefinition?.taskDefinitionArn ?? '', { networkConfiguration: undefined });
    };
    const containerOf = (task: Task, name: string) => task.containers?.find((one) => one.name === name);
    const seed = (code: number, seconds: number, more: Partial<ContainerDefinition> = {}) =>
      container('Seed_Data', { essential: false, ...ground.ending(code, seconds), ...more });
    const web = (...conditions: [string, ContainerCondition][]) =>
      container('web', { ...ground.server, ...waitingFor(...conditions) });

    for (const code of [0, 3]) {
      it(`start after COMPLETE of a container that ends with ${code}`, async () => {
        const arn = await run(web(['Seed_Data', 'COMPLETE']), seed(code, 1));
        const task = await tasks.running(arn);
        expect(containerOf(task, 'Seed_Data')).to.include({ lastStatus: 'STOPPED', exitCode: code });
        expect(containerOf(task, 'web')).to.include({ lastStatus: 'RUNNING' });
        await tasks.stop(arn);
      });
    }

    it('hold back a container for several others, one of them for COMPLETE', async () => {
      const db = container('db', ground.server);
      const arn = await run(
        web(['Seed_Data', 'COMPLETE'], ['db', 'START']),
        seed(1, 0, waitingFor(['db', 'START'])),
        db,
      );
      const task = await tasks.running(arn);
      expect(task.containers?.map(({ name, lastStatus }) => `${name} ${lastStatus}`)).to.have.members([
        'web RUNNING',
        'Seed_Data STOPPED',
        'db RUNNING',
      ]);
      await tasks.stop(arn);
    });

    it('never start what waits for the SUCCESS of a container that fails', async () => {
      const other = container('other', {
        essential: false,
        ...ground.ending(4, 0),
        ...waitingFor(['Seed_Data', 'COMPLETE']),
      });
      const task = await tasks.stopped(await run(web(['Seed_Data', 'SUCCESS']), other, seed(3, 0)));
      expect(task.stopCode).to.equal('EssentialContainerExited');
      expect(containerOf(task, 'web')).to.deep.include({
        exitCode: 143,
        reason:
          'CannotStartContainerError: dependency graph: failed to resolve container ordering dependency [Seed_Data] for target [web] as dependency did not exit successfully.',
      });
    });

    it('let a task go on without a container that can never start and is not essential', async () => {
      const sidecar = container('sidecar', {
        essential: false,
        ...ground.server,
        ...waitingFor(['Seed_Data', 'SUCCESS']),
      });
      const main = web(['Seed_Data', 'COMPLETE']);
      const arn = await run(main, sidecar, seed(3, 0));
      const task = await tasks.running(arn);
      expect(containerOf(task, 'sidecar')).to.include({ lastStatus: 'STOPPED', exitCode: 143 });
      await tasks.stop(arn);
    });

    for (const condition of ['SUCCESS', 'COMPLETE'] as const) {
      it(`give up after startTimeout on the ${condition} of a container that goes on`, async () => {
        const endless = container('Seed_Data', { essential: false, startTimeout: 2, ...ground.server });
        const task = await tasks.stopped(await run(web(['Seed_Data', condition]), endless));
        expect(containerOf(task, 'web')).to.deep.include({
          lastStatus: 'STOPPED',
          reason:
            'CannotStartContainerError: dependency graph: container ordering dependency [Seed_Data] for target [web] has timed out.',
        });
        expect(task.stopCode).to.equal('EssentialContainerExited');
      });
    }

    it('are refused at registration where they lead in a circle', async () => {
      const circle = run(web(['Seed_Data', 'START']), container('Seed_Data', waitingFor(['web', 'START'])));
      expect(await circle.catch((error: Error) => error.message)).to.include('in a circle');
    });
  });
}
