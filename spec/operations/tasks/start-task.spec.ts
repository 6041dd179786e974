import {
  ListContainerInstancesCommand,
  StartTaskCommand,
  type StartTaskCommandInput,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { node } from '../../support/node.ts';
import { refusal } from '../../support/refusal.ts';
import { type TaskEmulator, startTaskEmulator } from '../../support/task-emulator.ts';
import { waitFor } from '../../support/wait-for.ts';

describe('StartTask', () => {
  let emulator: TaskEmulator;
  let arns: string[];

  beforeEach(async () => {
    emulator = await startTaskEmulator();
    emulator.nodes = [node('node-a'), node('node-b')];
    const { containerInstanceArns = [] } = await emulator.ecs.send(new ListContainerInstancesCommand({}));
    arns = containerInstanceArns;
  });
  afterEach(() => emulator.close());

  const start = (containerInstances: string[], more: Partial<StartTaskCommandInput> = {}) =>
    emulator.ecs.send(new StartTaskCommand({ taskDefinition: 'web', containerInstances, ...more }));

  describe('validation', () => {
    it('refuses no container instance, and more than ten', async () => {
      expect(await refusal(start([]))).to.equal('InvalidParameterException: Container instances cannot be empty.');
      expect(await refusal(start(Array<string>(11).fill('a')))).to.match(/takes at most 10 container instances/);
    });

    it('refuses what RunTask refuses on EC2', async () => {
      expect(await refusal(start(arns, { taskDefinition: 'nothing' }))).to.match(/TaskDefinition not found/);
      const awsvpcConfiguration = { subnets: ['subnet-1'], assignPublicIp: 'ENABLED' as const };
      expect(await refusal(start(arns, { networkConfiguration: { awsvpcConfiguration } }))).to.match(
        /Assign public IP is not supported for this launch type/,
      );
    });

    it('reports instances that are not there, have left or do not answer', async () => {
      emulator.nodes = [node('node-a', { ready: false })];
      const [ready = ''] = arns;
      const missing = 'arn:aws:ecs:us-east-1:000000000000:container-instance/default/nothing';
      const { tasks, failures } = await start([ready, 'nothing']);
      expect(tasks).to.deep.equal([]);
      expect(failures).to.deep.equal([
        { arn: ready, reason: 'AGENT' },
        { arn: missing, reason: 'MISSING' },
      ]);
    });
  });

  describe('behaviour', () => {
    it('starts one task on each instance, on the node that the instance is', async () => {
      const { tasks = [], failures } = await start(arns, { startedBy: 'me', group: 'batch' });
      expect(failures).to.deep.equal([]);
      expect(tasks.map(({ containerInstanceArn }) => containerInstanceArn)).to.deep.equal(arns);
      expect(tasks[0]).to.include({ launchType: 'EC2', startedBy: 'me', group: 'batch' });
      await waitFor('two launches', () => emulator.runtime.launches.length === 2);
      expect(emulator.runtime.launches.map(({ nodeName }) => nodeName)).to.have.members(['node-a', 'node-b']);
    });

    it('starts on an instance that is draining, too', async () => {
      const [a = ''] = arns;
      await emulator.ecs.send(
        new UpdateContainerInstancesStateCommand({ containerInstances: [a], status: 'DRAINING' }),
      );
      expect((await start([a])).tasks).to.have.lengthOf(1);
    });
  });
});
