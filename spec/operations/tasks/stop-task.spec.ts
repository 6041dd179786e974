import { DescribeTasksCommand, RunTaskCommand, StopTaskCommand, waitUntilTasksStopped } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { refusal } from '../../support/refusal.ts';
import { type TaskEmulator, startTaskEmulator } from '../../support/task-emulator.ts';

describe('StopTask', () => {
  let emulator: TaskEmulator;
  let arn: string;

  beforeEach(async () => {
    emulator = await startTaskEmulator();
    const { tasks } = await emulator.ecs.send(new RunTaskCommand({ taskDefinition: 'web' }));
    arn = tasks?.[0]?.taskArn ?? '';
  });

  afterEach(() => emulator.close());

  const stop = (task: string, reason?: string) => emulator.ecs.send(new StopTaskCommand({ task, reason }));
  const untilStopped = () =>
    waitUntilTasksStopped({ client: emulator.ecs, maxWaitTime: 20, minDelay: 1 }, { tasks: [arn] });
  const describeTask = async () => {
    const { tasks } = await emulator.ecs.send(new DescribeTasksCommand({ tasks: [arn] }));
    return tasks?.[0];
  };

  it('refuses a task that is not there', async () => {
    expect(await refusal(stop('0123456789abcdef0123456789abcdef'))).to.equal(
      'InvalidParameterException: The referenced task was not found.',
    );
  });

  it('answers the task as it is, on its way to STOPPED', async () => {
    const { task } = await stop(arn, 'enough');
    expect(task).to.include({
      taskArn: arn,
      desiredStatus: 'STOPPED',
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
    });
  });

  it('takes an id for an ARN, and stops until the waiter of the SDK sees it STOPPED', async () => {
    await stop(arn.split('/').at(-1) ?? '');
    await untilStopped();
    const task = await describeTask();
    expect(task).to.include({ lastStatus: 'STOPPED', stoppedReason: 'Task stopped by user' });
    expect(task?.stoppedAt).to.be.instanceOf(Date);
  });

  it('is answered for a task that has stopped, whose reason stays', async () => {
    await stop(arn, 'first');
    await untilStopped();
    const { task } = await stop(arn, 'second');
    expect(task).to.include({ lastStatus: 'STOPPED', stoppedReason: 'first' });
  });
});

describe('StopTask with lifecycle "instant"', () => {
  it('answers once the task is STOPPED', async () => {
    const emulator = await startTaskEmulator({ lifecycle: 'instant' });
    try {
      const { tasks } = await emulator.ecs.send(new RunTaskCommand({ taskDefinition: 'web' }));
      const { task } = await emulator.ecs.send(new StopTaskCommand({ task: tasks?.[0]?.taskArn }));
      expect(task?.lastStatus).to.equal('STOPPED');
    } finally {
      await emulator.close();
    }
  });
});
