import { DescribeTasksCommand, ListTasksCommand, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { requestStop } from '../../../lib/model/task-progress.ts';
import { type TaskEmulator, startTaskEmulator } from '../../support/task-emulator.ts';
import { acceptedTask } from '../../support/task-records.ts';
import { waitFor } from '../../support/wait-for.ts';

describe('What is answered of tasks is on disk:', () => {
  const record = acceptedTask();
  const run = { taskDefinition: 'web:1', clientToken: 'a-token' };
  let emulator: TaskEmulator;

  beforeEach(async () => {
    emulator = await startTaskEmulator();
    const stopping = requestStop(record, { stopCode: 'UserInitiated', reason: 'Task stopped by user' });
    emulator.store.tasks.put({ ...stopping, task: { ...stopping.task, lastStatus: 'STOPPED' } });
  });
  afterEach(() => emulator.close());

  /** From now on what is changed stays off the disk. */
  function holdWrites(): { readonly asked: () => boolean; readonly release: () => void } {
    const { store } = emulator;
    const commit = store.commit.bind(store);
    let asked = false;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    store.commit = async () => {
      asked = true;
      await held;
      await commit();
    };
    return { asked: () => asked, release };
  }

  const calls: Record<string, () => Promise<unknown>> = {
    'DescribeTasks of a task that just changed': () =>
      emulator.ecs.send(new DescribeTasksCommand({ tasks: [record.id] })),
    'ListTasks with a task that was just accepted': () => emulator.ecs.send(new ListTasksCommand()),
    'StopTask of a task that stops already': () => emulator.ecs.send(new StopTaskCommand({ task: record.id })),
    'RunTask with a token that was just taken': () => emulator.ecs.send(new RunTaskCommand(run)),
  };

  for (const [what, call] of Object.entries(calls)) {
    it(`${what} waits for the write`, async () => {
      await emulator.ecs.send(new RunTaskCommand(run));
      const { asked, release } = holdWrites();
      let answered = false;
      const answer = call().then(() => (answered = true));
      await waitFor('the wait for the write', asked);
      expect(answered).to.equal(false);
      release();
      await answer;
    });
  }
});
