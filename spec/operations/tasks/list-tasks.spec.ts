import { ListTasksCommand, type ListTasksCommandInput, paginateListTasks } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import type { NewTask } from '../../../lib/model/task-record.ts';
import { requestStop } from '../../../lib/model/task-progress.ts';
import { type EmulatorClient, startEmulatorClient } from '../../support/emulator-client.ts';
import { refusal } from '../../support/refusal.ts';
import { putService } from '../../support/service-records.ts';
import { acceptedTask, cluster, taskDefinition } from '../../support/task-records.ts';

describe('ListTasks', () => {
  let emulator: EmulatorClient;

  before(async () => {
    emulator = await startEmulatorClient();
    emulator.store.clusters.put(cluster);
    put('aa', {});
    put('bb', { startedBy: 'cron', placement: { launchType: 'EC2' } });
    put('cc', { definition: taskDefinition({ family: 'worker' }).definition, group: 'service:worker' });
    putService(emulator.store, 'worker');
    const stopped = acceptedTask({ id: 'dd' });
    emulator.store.tasks.put(requestStop(stopped, { stopCode: 'UserInitiated', reason: 'enough' }));
  });

  after(() => emulator.close());

  const put = (id: string, more: Partial<NewTask>): void => emulator.store.tasks.put(acceptedTask({ id, ...more }));
  const list = async (input: ListTasksCommandInput = {}): Promise<string[]> => {
    const { taskArns = [] } = await emulator.ecs.send(new ListTasksCommand(input));
    return taskArns.map((arn) => arn.split('/').at(-1) ?? '');
  };

  it('refuses startedBy beside another filter', async () => {
    expect(await refusal(list({ startedBy: 'cron', family: 'web' }))).to.equal(
      'InvalidParameterException: startedBy must be the only filter of ListTasks when it is given.',
    );
  });

  it('does not know a service that never was', async () => {
    expect(await refusal(list({ serviceName: 'api' }))).to.equal('ServiceNotFoundException: Service not found.');
  });

  const cases: readonly [string, ListTasksCommandInput, string[]][] = [
    ['the tasks that are to run, when nothing is asked', {}, ['aa', 'bb', 'cc']],
    ['the tasks that are to stop', { desiredStatus: 'STOPPED' }, ['dd']],
    ['no task for the desired status PENDING', { desiredStatus: 'PENDING' }, []],
    ['the tasks of a family', { family: 'worker' }, ['cc']],
    ['the tasks of a service', { serviceName: 'worker' }, ['cc']],
    [
      'the tasks of a service by its ARN',
      { serviceName: 'arn:aws:ecs:us-east-1:000000000000:service/default/worker' },
      ['cc'],
    ],
    ['the tasks that somebody started', { startedBy: 'cron' }, ['bb']],
    ['the tasks of a launch type', { launchType: 'EC2' }, ['bb']],
    ['no task of a container instance that has none', { containerInstance: 'i-1' }, []],
  ];
  for (const [title, input, ids] of cases) {
    it(`lists ${title}`, async () => {
      expect(await list(input)).to.deep.equal(ids);
    });
  }

  it('pages', async () => {
    const pages: number[] = [];
    for await (const { taskArns = [] } of paginateListTasks({ client: emulator.ecs, pageSize: 2 }, {})) {
      pages.push(taskArns.length);
    }
    expect(pages).to.deep.equal([2, 1]);
  });
});
