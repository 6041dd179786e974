import {
  CreateClusterCommand,
  DeregisterContainerInstanceCommand,
  DescribeContainerInstancesCommand,
  type DescribeContainerInstancesCommandInput,
  ListContainerInstancesCommand,
  type ListContainerInstancesCommandInput,
  RegisterContainerInstanceCommand,
  UpdateContainerAgentCommand,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import type { Node } from '../../../lib/model/node.ts';
import type { Context } from '../../../lib/operations/operation.ts';
import { type EmulatorClient, startEmulatorClient } from '../../support/emulator-client.ts';
import { node } from '../../support/node.ts';
import { refusal } from '../../support/refusal.ts';
import { storedTask } from '../../support/stored-task.ts';

describe('container instances', () => {
  let emulator: EmulatorClient;
  let nodes: readonly Node[];
  let woken: string[];

  beforeEach(async () => {
    nodes = [node('node-a', { zone: 'us-east-1b', instanceType: 'm5.large' }), node('node-b')];
    woken = [];
    const scheduler = { wakeService: (arn: string) => woken.push(arn) } as unknown as Context['scheduler'];
    emulator = await startEmulatorClient({}, () => ({ scheduler, nodes: () => nodes }) as unknown as Context);
    await emulator.ecs.send(new CreateClusterCommand({ clusterName: 'web' }));
  });
  afterEach(() => emulator.close());

  const list = async (input: ListContainerInstancesCommandInput = {}): Promise<string[]> =>
    (await emulator.ecs.send(new ListContainerInstancesCommand({ cluster: 'web', ...input }))).containerInstanceArns ??
    [];
  const describeThem = (input: Omit<DescribeContainerInstancesCommandInput, 'cluster'>) =>
    emulator.ecs.send(new DescribeContainerInstancesCommand({ cluster: 'web', ...input }));
  const setState = (containerInstances: string[], status: 'ACTIVE' | 'DRAINING' | 'DEREGISTERING') =>
    emulator.ecs.send(new UpdateContainerInstancesStateCommand({ cluster: 'web', containerInstances, status }));
  const deregister = (containerInstance: string, force?: boolean) =>
    emulator.ecs.send(new DeregisterContainerInstanceCommand({ cluster: 'web', containerInstance, force }));
  const first = async (): Promise<string> => (await list())[0] ?? '';

  describe('serialization', () => {
    it('describes a node as ECS shows an instance', async () => {
      const arn = await first();
      emulator.store.tasks.put(
        storedTask('web', 'a1', {
          containerInstanceArn: arn,
          cpu: '256',
          memory: '512',
          group: 'service:shop',
          containers: [{ name: 'web', networkBindings: [{ hostPort: 8080, protocol: 'tcp' }] }],
        }),
      );
      const include: DescribeContainerInstancesCommandInput['include'] = ['TAGS', 'CONTAINER_INSTANCE_HEALTH'];
      const { containerInstances, failures } = await describeThem({ containerInstances: [arn], include });
      const strings = (name: string, stringSetValue: string[]) => ({ name, type: 'STRINGSET', stringSetValue });
      const integer = (name: string, integerValue: number) => ({ name, type: 'INTEGER', integerValue });
      expect(failures).to.deep.equal([]);
      expect(containerInstances).to.deep.equal([
        {
          containerInstanceArn: arn,
          ec2InstanceId: `i-${arn.split('/')[2]?.slice(0, 17)}`,
          version: 1,
          versionInfo: { agentVersion: 'v1.34.4', dockerVersion: 'containerd://1.6.0' },
          registeredResources: [
            integer('CPU', 2048),
            integer('MEMORY', 4096),
            strings('PORTS', []),
            strings('PORTS_UDP', []),
          ],
          remainingResources: [
            integer('CPU', 1792),
            integer('MEMORY', 3584),
            strings('PORTS', ['8080']),
            strings('PORTS_UDP', []),
          ],
          status: 'ACTIVE',
          agentConnected: true,
          runningTasksCount: 1,
          pendingTasksCount: 0,
          attributes: [
            { name: 'ecs.availability-zone', value: 'us-east-1b' },
            { name: 'ecs.cpu-architecture', value: 'x86_64' },
            { name: 'ecs.os-type', value: 'linux' },
            { name: 'ecs.instance-type', value: 'm5.large' },
          ],
          registeredAt: new Date(1_700_000_000_000),
          attachments: [],
          tags: [],
          healthStatus: { overallStatus: 'OK', details: [{ type: 'CONTAINER_RUNTIME', status: 'OK' }] },
        },
      ]);
    });

    it('has ARNs of its own in each cluster, the same ones again and again', async () => {
      const [arn] = await list();
      expect(arn).to.match(/^arn:aws:ecs:us-east-1:000000000000:container-instance\/web\/[0-9a-f]{32}$/);
      expect((await list())[0]).to.equal(arn);
      await emulator.ecs.send(new CreateClusterCommand({ clusterName: 'other' }));
      expect(await list({ cluster: 'other' }))
        .to.have.lengthOf(2)
        .and.not.include(arn);
    });
  });

  describe('validation', () => {
    it('refuses to describe no instance, or more than a hundred', async () => {
      expect(await refusal(describeThem({ containerInstances: [] }))).to.equal(
        'InvalidParameterException: Container instances cannot be empty.',
      );
      expect(await refusal(describeThem({ containerInstances: Array<string>(101).fill('a') }))).to.match(/at most 100/);
    });

    it('refuses a filter that cannot be read', async () => {
      expect(await refusal(list({ filter: 'colour == red' }))).to.match(
        /^InvalidParameterException: Invalid expression/,
      );
    });

    it('refuses a status that nobody may set, and more than ten instances', async () => {
      expect(await refusal(setState([await first()], 'DEREGISTERING'))).to.match(
        /ACTIVE or DRAINING, but not to DEREG/,
      );
      expect(await refusal(setState(Array<string>(11).fill('a'), 'DRAINING'))).to.match(/takes 1 to 10 container inst/);
    });

    it('refuses an instance that is not there', async () => {
      const text = 'InvalidParameterException: Referenced container instance not found.';
      expect(await refusal(deregister('nothing'))).to.equal(text);
      const update = new UpdateContainerAgentCommand({ cluster: 'web', containerInstance: 'nothing' });
      expect(await refusal(emulator.ecs.send(update))).to.equal(text);
    });

    it('reports instances that are not there as MISSING', async () => {
      const arn = 'arn:aws:ecs:us-east-1:000000000000:container-instance/web/nothing';
      const missing = [{ arn, reason: 'MISSING' }];
      expect((await describeThem({ containerInstances: ['nothing'] })).failures).to.deep.equal(missing);
      expect((await setState(['nothing'], 'DRAINING')).failures).to.deep.equal(missing);
    });
  });

  describe('behaviour', () => {
    it('lists every node that Kubernetes has now', async () => {
      expect(await list()).to.have.lengthOf(2);
      nodes = [node('node-b')];
      expect(await list()).to.have.lengthOf(1);
    });

    it('filters with the cluster query language', async () => {
      const [a] = await list();
      expect(await list({ filter: 'attribute:ecs.availability-zone == us-east-1b' })).to.deep.equal([a]);
      emulator.store.tasks.put(storedTask('web', 'a1', { containerInstanceArn: a, group: 'service:shop' }));
      expect(await list({ filter: 'task:group == service:shop' })).to.deep.equal([a]);
      expect(await list({ filter: 'runningTasksCount == 0' }))
        .to.have.lengthOf(1)
        .and.not.include(a);
    });

    it('drains an instance, tells the services whose tasks are on it, and takes it back', async () => {
      const [a = ''] = await list();
      emulator.store.tasks.put(storedTask('web', 'a1', { containerInstanceArn: a, group: 'service:shop' }));
      emulator.store.tasks.put(storedTask('web', 'a2', { containerInstanceArn: a, group: 'family:shop' }));
      const { containerInstances } = await setState([a], 'DRAINING');
      expect(containerInstances?.[0]).to.include({ containerInstanceArn: a, status: 'DRAINING', runningTasksCount: 2 });
      expect(woken).to.deep.equal(['arn:aws:ecs:us-east-1:000000000000:service/web/shop']);
      expect(await list({ status: 'DRAINING' })).to.deep.equal([a]);
      expect(await list({ status: 'ACTIVE' })).to.not.include(a);
      await setState([a], 'ACTIVE');
      expect(await list({ status: 'DRAINING' })).to.deep.equal([]);
    });

    it('shows a cordoned node as DRAINING and one that is not ready as disconnected', async () => {
      nodes = [node('node-a', { schedulable: false, ready: false })];
      const { containerInstances } = await describeThem({ containerInstances: await list() });
      expect(containerInstances?.[0]).to.include({ status: 'DRAINING', agentConnected: false });
    });

    it('deregisters an instance without tasks, or with force', async () => {
      const [a = ''] = await list();
      emulator.store.tasks.put(storedTask('web', 'a1', { containerInstanceArn: a }));
      expect(await refusal(deregister(a))).to.equal('InvalidParameterException: Found running tasks on the instance.');
      const { containerInstance } = await deregister(a, true);
      expect(containerInstance).to.include({ containerInstanceArn: a, status: 'INACTIVE' });
      expect(await list()).to.not.include(a);
      expect((await setState([a], 'ACTIVE')).failures).to.deep.equal([{ arn: a, reason: 'INACTIVE' }]);
    });

    it('registers one again that was deregistered, and no other', async () => {
      const [a = ''] = await list();
      await deregister(a);
      const register = (containerInstanceArn?: string) =>
        emulator.ecs.send(
          new RegisterContainerInstanceCommand({
            cluster: 'web',
            containerInstanceArn,
            attributes: [{ name: 'stack', value: 'blue' }],
            tags: [{ key: 'team', value: 'a' }],
          }),
        );
      const { containerInstance } = await register(a);
      expect(containerInstance).to.deep.include({ status: 'ACTIVE', tags: [{ key: 'team', value: 'a' }] });
      expect(containerInstance?.attributes).to.deep.include({ name: 'stack', value: 'blue' });
      expect(await list()).to.include(a);
      expect(await refusal(register())).to.match(/^UnsupportedFeatureException: KECS registers the nodes/);
    });

    it('has no update for its agent', async () => {
      const update = new UpdateContainerAgentCommand({ cluster: 'web', containerInstance: await first() });
      expect(await refusal(emulator.ecs.send(update))).to.match(
        /^NoUpdateAvailableException: There is no update available for your container agent/,
      );
    });
  });
});
