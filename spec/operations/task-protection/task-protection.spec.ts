import { CreateClusterCommand, GetTaskProtectionCommand, UpdateTaskProtectionCommand } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import type { Context } from '../../../lib/operations/operation.ts';
import { type EmulatorClient, startEmulatorClient } from '../../support/emulator-client.ts';
import { refusal } from '../../support/refusal.ts';
import { storedTask } from '../../support/stored-task.ts';

const service = 'arn:aws:ecs:us-east-1:000000000000:service/web/shop';

describe('task protection', () => {
  let emulator: EmulatorClient;
  let woken: string[];
  const ofService = storedTask('web', 'a1', { group: 'service:shop' });
  const standalone = storedTask('web', 'b2', { group: 'family:shop' });
  const stopping = storedTask('web', 'c3', { group: 'service:shop', desiredStatus: 'STOPPED' });

  beforeEach(async () => {
    woken = [];
    const scheduler = { wakeService: (arn: string) => woken.push(arn) } as unknown as Context['scheduler'];
    emulator = await startEmulatorClient({}, () => ({ scheduler }) as unknown as Context);
    await emulator.ecs.send(new CreateClusterCommand({ clusterName: 'web' }));
    for (const task of [ofService, standalone, stopping]) emulator.store.tasks.put(task);
  });
  afterEach(() => emulator.close());

  const update = (tasks: string[], protectionEnabled: boolean, expiresInMinutes?: number) =>
    emulator.ecs.send(new UpdateTaskProtectionCommand({ cluster: 'web', tasks, protectionEnabled, expiresInMinutes }));
  const get = (...tasks: string[]) => emulator.ecs.send(new GetTaskProtectionCommand({ cluster: 'web', tasks }));

  describe('validation', () => {
    it('refuses a cluster that is not there', async () => {
      const command = new GetTaskProtectionCommand({ cluster: 'nowhere' });
      expect(await refusal(emulator.ecs.send(command))).to.equal('ClusterNotFoundException: Cluster not found.');
    });

    it('refuses no task, more than ten to update and more than a hundred to get', async () => {
      expect(await refusal(update([], true))).to.equal('InvalidParameterException: Tasks cannot be empty.');
      const ids = Array.from({ length: 101 }, (_, i) => `id${i}`);
      expect(await refusal(update(ids.slice(0, 11), true))).to.equal(
        'InvalidParameterException: UpdateTaskProtection takes at most 10 tasks, but was given 11.',
      );
      expect(await refusal(get(...ids))).to.equal(
        'InvalidParameterException: GetTaskProtection takes at most 100 tasks, but was given 101.',
      );
    });

    it('refuses a time that is not 1 to 2880 minutes', async () => {
      for (const minutes of [0, 2881]) {
        expect(await refusal(update(['a1'], true, minutes))).to.equal(
          `InvalidParameterException: expiresInMinutes must be between 1 and 2880, but was ${minutes}.`,
        );
      }
    });

    it('reports tasks that are not there, stand alone or are stopping as failures', async () => {
      const { protectedTasks, failures } = await update(['a1', 'b2', 'c3', 'd4'], true);
      expect(protectedTasks).to.have.lengthOf(1);
      expect(failures).to.deep.equal([
        { arn: standalone.arn, reason: 'TASK_NOT_VALID', detail: 'The task is not part of a service.' },
        { arn: stopping.arn, reason: 'TASK_NOT_VALID', detail: 'The task is stopping or has stopped.' },
        { arn: 'arn:aws:ecs:us-east-1:000000000000:task/web/d4', reason: 'MISSING' },
      ]);
    });
  });

  describe('behaviour', () => {
    it('protects for two hours unless told otherwise', async () => {
      const before = Date.now();
      await update(['a1'], true);
      const [task] = (await get('a1')).protectedTasks ?? [];
      expect(task?.protectionEnabled).to.equal(true);
      expect(task?.taskArn).to.equal(ofService.arn);
      const minutes = (Number(task?.expirationDate) - before) / 60_000;
      expect(minutes).to.be.within(120, 121);
    });

    it('is over when its time has come', async () => {
      emulator.store.tasks.put({ ...ofService, protectedUntil: Date.now() / 1000 - 1 });
      expect((await get('a1')).protectedTasks).to.deep.equal([{ taskArn: ofService.arn, protectionEnabled: false }]);
    });

    it('is taken away again, whereupon the service is looked at', async () => {
      await update([ofService.arn], true, 5);
      const { protectedTasks } = await update([ofService.arn], false);
      expect(protectedTasks).to.deep.equal([{ taskArn: ofService.arn, protectionEnabled: false }]);
      expect((await get('a1')).protectedTasks?.[0]?.protectionEnabled).to.equal(false);
      expect(woken).to.deep.equal([service, service]);
    });
  });
});
