import {
  DescribeTasksCommand,
  ListContainerInstancesCommand,
  PutAttributesCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { node } from '../../support/node.ts';
import { refusal } from '../../support/refusal.ts';
import { type TaskEmulator, startTaskEmulator } from '../../support/task-emulator.ts';
import { waitFor } from '../../support/wait-for.ts';

describe('placement of tasks on container instances', () => {
  let emulator: TaskEmulator;
  let a: string;
  let b: string;

  async function startWith(strict = false): Promise<void> {
    emulator = await startTaskEmulator({ strict });
    emulator.nodes = [node('node-a', { zone: 'us-east-1b' }), node('node-b')];
    const { containerInstanceArns = [] } = await emulator.ecs.send(new ListContainerInstancesCommand({}));
    [a = '', b = ''] = containerInstanceArns;
  }
  afterEach(() => emulator.close());

  const run = (input: Partial<RunTaskCommandInput> = {}) =>
    emulator.ecs.send(new RunTaskCommand({ taskDefinition: 'web', launchType: 'EC2', ...input }));
  const instancesOf = async (input: Partial<RunTaskCommandInput>) =>
    (await run(input)).tasks?.map(({ containerInstanceArn }) => containerInstanceArn);
  const drain = (...containerInstances: string[]) =>
    emulator.ecs.send(new UpdateContainerInstancesStateCommand({ containerInstances, status: 'DRAINING' }));

  it('refuses constraints and strategies that are none', async () => {
    await startWith();
    expect(await refusal(run({ placementConstraints: [{ type: 'memberOf', expression: 'x == y' }] }))).to.match(
      /^InvalidParameterException: Invalid expression/,
    );
    expect(await refusal(run({ placementStrategy: [{ type: 'binpack', field: 'gpu' }] }))).to.match(/cpu or memory/);
  });

  it('shows the instance and its zone, and runs the task on its node', async () => {
    await startWith();
    const { tasks } = await run({
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.availability-zone == us-east-1b' }],
    });
    expect(tasks?.[0]).to.include({ containerInstanceArn: a, availabilityZone: 'us-east-1b' });
    await waitFor('a launch', () => emulator.runtime.launches.length === 1);
    expect(emulator.runtime.launches[0]?.nodeName).to.equal('node-a');
  });

  it('spreads over instances', async () => {
    await startWith();
    const placementStrategy = [{ type: 'spread' as const, field: 'instanceId' }];
    expect(await instancesOf({ count: 4, placementStrategy })).to.have.members([a, a, b, b]);
  });

  it('places one task of a group on an instance under distinctInstance, and says of the next why not', async () => {
    await startWith();
    const { tasks, failures } = await run({ count: 3, placementConstraints: [{ type: 'distinctInstance' }] });
    expect(tasks).to.have.lengthOf(2);
    expect(failures).to.deep.equal([{ reason: 'DistinctInstance placement constraint unsatisfied.' }]);
  });

  it('follows attributes that were put', async () => {
    await startWith();
    await emulator.ecs.send(new PutAttributesCommand({ attributes: [{ name: 'stack', value: 'blue', targetId: b }] }));
    const placementConstraints = [{ type: 'memberOf' as const, expression: 'attribute:stack == blue' }];
    expect(await instancesOf({ count: 2, placementConstraints })).to.deep.equal([b, b]);
  });

  it('leaves draining and cordoned instances alone', async () => {
    await startWith();
    await drain(a);
    expect(await instancesOf({ count: 3 })).to.deep.equal([b, b, b]);
    emulator.nodes = [node('node-a'), node('node-b', { schedulable: false })];
    const { tasks, failures } = await run();
    expect(tasks).to.deep.equal([]);
    expect(failures).to.deep.equal([{ reason: 'NO ACTIVE INSTANCES' }]);
  });

  it('places more than fits, as KECS scales what tasks ask for, unless strict', async () => {
    await startWith();
    const overrides = { cpu: '4096', memory: '512' };
    expect((await run({ overrides })).tasks).to.have.lengthOf(1);
    await emulator.close();
    await startWith(true);
    expect((await run({ overrides })).failures).to.deep.equal([{ reason: 'RESOURCE:CPU' }]);
    expect((await run({ overrides: { cpu: '256', memory: '8192' } })).failures).to.deep.equal([
      { reason: 'RESOURCE:MEMORY' },
    ]);
  });

  it('shows where Kubernetes put a task that was accepted before its nodes were known', async () => {
    await startWith();
    emulator.nodes = [];
    const { tasks } = await run();
    expect(tasks?.[0]?.containerInstanceArn).to.equal(undefined);
    const described = await waitFor('an instance', async () => {
      const command = new DescribeTasksCommand({ tasks: [tasks?.[0]?.taskArn ?? ''] });
      return (await emulator.ecs.send(command)).tasks?.[0]?.containerInstanceArn;
    });
    expect(described).to.match(/container-instance\/default\/[0-9a-f]{32}$/);
  });

  it('gives tasks on Fargate no instance', async () => {
    await startWith();
    expect(await instancesOf({ launchType: 'FARGATE' })).to.deep.equal([undefined]);
  });
});
