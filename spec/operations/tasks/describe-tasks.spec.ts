import { DescribeTasksCommand } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { type EmulatorClient, startEmulatorClient } from '../../support/emulator-client.ts';
import { refusal } from '../../support/refusal.ts';
import { acceptedTask, cluster } from '../../support/task-records.ts';

describe('DescribeTasks', () => {
  const record = acceptedTask({ tags: [{ key: 'team', value: 'a' }] });
  let emulator: EmulatorClient;

  before(async () => {
    emulator = await startEmulatorClient();
    emulator.store.clusters.put(cluster);
    emulator.store.tasks.put(record);
  });

  after(() => emulator.close());

  const describeTasks = (tasks: string[], include?: 'TAGS'[]) =>
    emulator.ecs.send(new DescribeTasksCommand({ tasks, include }));

  it('refuses no tasks', async () => {
    expect(await refusal(describeTasks([]))).to.equal('InvalidParameterException: Tasks cannot be empty.');
  });

  it('refuses more than 100 tasks', async () => {
    expect(await refusal(describeTasks(Array.from({ length: 101 }, (_, i) => `task-${i}`)))).to.equal(
      'InvalidParameterException: DescribeTasks takes at most 100 tasks, but was given 101.',
    );
  });

  it('answers a task by id and by ARN', async () => {
    const { tasks, failures } = await describeTasks([record.id, record.arn]);
    expect(tasks?.map(({ taskArn }) => taskArn)).to.deep.equal([record.arn, record.arn]);
    expect(failures).to.deep.equal([]);
  });

  it('names those that are not there as MISSING, by ARN', async () => {
    const { tasks, failures } = await describeTasks(['ffff', record.id]);
    expect(tasks).to.have.length(1);
    expect(failures).to.deep.equal([
      { arn: 'arn:aws:ecs:us-east-1:000000000000:task/default/ffff', reason: 'MISSING' },
    ]);
  });

  it('shows tags only when asked for them', async () => {
    expect((await describeTasks([record.id])).tasks?.[0]).not.to.have.property('tags');
    expect((await describeTasks([record.id], ['TAGS'])).tasks?.[0]?.tags).to.deep.equal([{ key: 'team', value: 'a' }]);
  });
});
