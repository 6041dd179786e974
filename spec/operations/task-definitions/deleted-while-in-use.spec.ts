import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { refusal } from '../../support/refusal.ts';
import { type TaskEmulator, startTaskEmulator } from '../../support/task-emulator.ts';
import { waitFor } from '../../support/wait-for.ts';

const taskDefinition = 'web:1';

describe('A task definition that is deleted', () => {
  let emulator: TaskEmulator;

  beforeEach(async () => {
    emulator = await startTaskEmulator();
  });
  afterEach(() => emulator.close());

  async function deleteIt(): Promise<string | undefined> {
    await emulator.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    const { taskDefinitions } = await emulator.ecs.send(
      new DeleteTaskDefinitionsCommand({ taskDefinitions: [taskDefinition] }),
    );
    return taskDefinitions?.[0]?.status;
  }

  const statusNow = async (): Promise<string | undefined> =>
    (await emulator.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition?.status;

  const untilGone = () =>
    waitFor('the end of the task definition', async () => {
      const { taskDefinitionArns } = await emulator.ecs.send(
        new ListTaskDefinitionsCommand({ status: 'DELETE_IN_PROGRESS' }),
      );
      return taskDefinitionArns?.length === 0;
    });

  it('is gone once that is answered, when nothing uses it, and its number is not given again', async () => {
    expect(await deleteIt()).to.equal('DELETE_IN_PROGRESS');
    expect(await refusal(statusNow())).to.equal('ClientException: Unable to describe task definition.');
    const { taskDefinition: next } = await emulator.ecs.send(
      new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [{ name: 'web', image: 'nginx' }] }),
    );
    expect(next?.revision).to.equal(2);
  });

  it('is in DELETE_IN_PROGRESS as long as a task runs with it', async () => {
    const tasks = [];
    for (let i = 0; i < 2; i++) {
      tasks.push(...((await emulator.ecs.send(new RunTaskCommand({ taskDefinition }))).tasks ?? []));
    }
    await deleteIt();
    const [first, second] = tasks.map(({ taskArn }) => taskArn);
    await emulator.ecs.send(new StopTaskCommand({ task: first }));
    await waitFor(
      'the end of the first task',
      () => emulator.store.tasks.get(first ?? '')?.task.lastStatus === 'STOPPED',
    );
    expect(await statusNow()).to.equal('DELETE_IN_PROGRESS');
    await emulator.ecs.send(new StopTaskCommand({ task: second }));
    await untilGone();
  });

  it('is in DELETE_IN_PROGRESS as long as a service has it, though no task of it runs', async () => {
    const service = 'idle';
    await emulator.ecs.send(new CreateServiceCommand({ serviceName: service, taskDefinition, desiredCount: 0 }));
    await deleteIt();
    expect(await statusNow()).to.equal('DELETE_IN_PROGRESS');
    await emulator.ecs.send(new DeleteServiceCommand({ service }));
    await untilGone();
  });

  it('is gone after the service that had it has rolled out another', async () => {
    const service = 'rolling';
    await emulator.ecs.send(new CreateServiceCommand({ serviceName: service, taskDefinition, desiredCount: 1 }));
    await deleteIt();
    await emulator.ecs.send(
      new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [{ name: 'web', image: 'nginx' }] }),
    );
    await emulator.ecs.send(new UpdateServiceCommand({ service, taskDefinition: 'web:2' }));
    await untilGone();
  });
});
