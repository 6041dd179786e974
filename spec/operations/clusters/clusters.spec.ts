import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  ListClustersCommand,
  PutClusterCapacityProvidersCommand,
  UpdateClusterCommand,
  UpdateClusterSettingsCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { type Collaborators, type EmulatorClient, startEmulatorClient } from '../../support/emulator-client.ts';
import { refusal } from '../../support/refusal.ts';
import { putService } from '../../support/service-records.ts';
import { storedTask } from '../../support/stored-task.ts';

const arnOf = (name: string): string => `arn:aws:ecs:us-east-1:000000000000:cluster/${name}`;

describe('clusters', () => {
  let emulator: EmulatorClient;

  beforeEach(async () => {
    emulator = await startEmulatorClient();
  });
  afterEach(() => emulator.close());

  const create = (clusterName?: string) => emulator.ecs.send(new CreateClusterCommand({ clusterName }));
  const describeAll = async (...clusters: string[]) =>
    emulator.ecs.send(
      new DescribeClustersCommand({
        clusters,
        include: ['TAGS', 'SETTINGS', 'STATISTICS', 'CONFIGURATIONS', 'ATTACHMENTS'],
      }),
    );

  describe('validation', () => {
    it('refuses a name with other characters than letters, digits, - and _', async () => {
      expect(await refusal(create('my.cluster'))).to.equal(
        'InvalidParameterException: Cluster must match ^[a-zA-Z0-9\\-_]{1,255}$, but was my.cluster',
      );
    });

    it('refuses a capacity provider that does not exist', async () => {
      const command = new CreateClusterCommand({ clusterName: 'web', capacityProviders: ['mine'] });
      expect(await refusal(emulator.ecs.send(command))).to.equal(
        'InvalidParameterException: The specified capacity provider was not found. Specify a valid capacity provider and try again.',
      );
    });

    it('refuses a strategy with a capacity provider that the cluster does not have', async () => {
      await create('web');
      const command = new PutClusterCapacityProvidersCommand({
        cluster: 'web',
        capacityProviders: ['FARGATE'],
        defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }],
      });
      expect(await refusal(emulator.ecs.send(command))).to.match(/cannot contain a capacity provider that is not/);
    });

    it('refuses a setting that does not exist', async () => {
      await create('web');
      const command = new UpdateClusterSettingsCommand({
        cluster: 'web',
        settings: [{ name: 'containerInsights', value: 'on' }],
      });
      expect(await refusal(emulator.ecs.send(command))).to.match(/^InvalidParameterException: .*'on'/);
    });

    it('refuses to describe more than 100 clusters', async () => {
      const clusters = Array.from({ length: 101 }, (_, i) => `c${i}`);
      expect(await refusal(emulator.ecs.send(new DescribeClustersCommand({ clusters })))).to.equal(
        'InvalidParameterException: clusterIds can have at most 100 items.',
      );
    });
  });

  describe('CreateCluster', () => {
    it('answers an ACTIVE cluster with Container Insights off', async () => {
      const { cluster } = await create('web');
      expect(cluster).to.deep.equal({
        clusterArn: arnOf('web'),
        clusterName: 'web',
        status: 'ACTIVE',
        registeredContainerInstancesCount: 0,
        runningTasksCount: 0,
        pendingTasksCount: 0,
        activeServicesCount: 0,
        statistics: [],
        tags: [],
        settings: [{ name: 'containerInsights', value: 'disabled' }],
        capacityProviders: [],
        defaultCapacityProviderStrategy: [],
      });
    });

    it('makes "default" when no name is given', async () => {
      expect((await create()).cluster?.clusterArn).to.equal(arnOf('default'));
    });

    it('answers the existing cluster when it is called again', async () => {
      await emulator.ecs.send(new CreateClusterCommand({ clusterName: 'web', tags: [{ key: 'a', value: '1' }] }));
      expect((await create('web')).cluster?.tags).to.deep.equal([{ key: 'a', value: '1' }]);
    });

    it('refuses other arguments for the existing cluster', async () => {
      await create('web');
      const command = new CreateClusterCommand({ clusterName: 'web', capacityProviders: ['FARGATE'] });
      expect(await refusal(emulator.ecs.send(command))).to.equal(
        'InvalidParameterException: Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
      );
    });

    it('makes a new cluster under the name of a deleted one', async () => {
      await emulator.ecs.send(new CreateClusterCommand({ clusterName: 'web', tags: [{ key: 'a', value: '1' }] }));
      await emulator.ecs.send(new DeleteClusterCommand({ cluster: 'web' }));
      const { cluster } = await create('web');
      expect(cluster).to.include({ status: 'ACTIVE' });
      expect(cluster?.tags).to.deep.equal([]);
    });
  });

  describe('DescribeClusters', () => {
    it('describes "default" when no cluster is named, and calls it MISSING before it is made', async () => {
      const command = new DescribeClustersCommand({});
      expect((await emulator.ecs.send(command)).failures).to.deep.equal([{ arn: arnOf('default'), reason: 'MISSING' }]);
      await create();
      expect((await emulator.ecs.send(command)).clusters?.map((c) => c.clusterName)).to.deep.equal(['default']);
    });

    it('finds clusters by name and by ARN, each once', async () => {
      await create('web');
      const { clusters, failures } = await describeAll('web', arnOf('web'), 'other');
      expect(clusters).to.have.lengthOf(1);
      expect(failures).to.deep.equal([{ arn: arnOf('other'), reason: 'MISSING' }]);
    });

    it('leaves out what is not asked for', async () => {
      await emulator.ecs.send(new CreateClusterCommand({ clusterName: 'web', tags: [{ key: 'a', value: '1' }] }));
      const { clusters } = await emulator.ecs.send(new DescribeClustersCommand({ clusters: ['web'] }));
      expect(clusters?.[0]).to.deep.include({ tags: [], settings: [], statistics: [] });
      expect(clusters?.[0]).to.not.have.any.keys('configuration', 'attachments');
    });

    it('counts tasks by what they do and where they run', async () => {
      await create('web');
      emulator.store.tasks.put(storedTask('web', '1', { launchType: 'FARGATE' }));
      emulator.store.tasks.put(storedTask('web', '2', { launchType: 'FARGATE', lastStatus: 'PROVISIONING' }));
      emulator.store.tasks.put(storedTask('web', '3', { launchType: 'EC2' }));
      emulator.store.tasks.put(storedTask('web', '4', { desiredStatus: 'STOPPED', lastStatus: 'STOPPED' }));
      const cluster = (await describeAll('web')).clusters?.[0];
      expect(cluster).to.include({ runningTasksCount: 2, pendingTasksCount: 1 });
      expect(cluster?.statistics).to.deep.include.members([
        { name: 'runningFargateTasksCount', value: '1' },
        { name: 'pendingFargateTasksCount', value: '1' },
        { name: 'runningEC2TasksCount', value: '1' },
        { name: 'pendingEC2TasksCount', value: '0' },
      ]);
    });

    it('counts services by their status and by where they run', async () => {
      await create('web');
      putService(emulator.store, 'a', { clusterName: 'web' });
      putService(emulator.store, 'b', { clusterName: 'web', status: 'DRAINING' });
      putService(emulator.store, 'c', { clusterName: 'web', status: 'INACTIVE' });
      const cluster = (await describeAll('web')).clusters?.[0];
      expect(cluster?.activeServicesCount).to.equal(1);
      expect(cluster?.statistics).to.deep.include.members([
        { name: 'activeFargateServiceCount', value: '1' },
        { name: 'drainingFargateServiceCount', value: '1' },
        { name: 'activeEC2ServiceCount', value: '0' },
      ]);
    });

    it('keeps accounts and regions apart, even when an ARN of another is given', async () => {
      await create('web');
      for (const [region, account] of [
        ['eu-west-1', '000000000000'],
        ['us-east-1', '111111111111'],
      ] as const) {
        const client = emulator.client(region, account);
        const { clusters, failures } = await client.send(new DescribeClustersCommand({ clusters: [arnOf('web')] }));
        expect(clusters).to.deep.equal([]);
        expect(failures).to.deep.equal([{ arn: arnOf('web'), reason: 'MISSING' }]);
      }
    });
  });

  describe('ListClusters', () => {
    it('lists ACTIVE clusters page by page', async () => {
      for (const name of ['a', 'b', 'c', 'd']) await create(name);
      await emulator.ecs.send(new DeleteClusterCommand({ cluster: 'b' }));
      const first = await emulator.ecs.send(new ListClustersCommand({ maxResults: 2 }));
      expect(first.clusterArns).to.deep.equal([arnOf('a'), arnOf('c')]);
      const second = await emulator.ecs.send(new ListClustersCommand({ maxResults: 2, nextToken: first.nextToken }));
      expect(second.clusterArns).to.deep.equal([arnOf('d')]);
      expect(second.nextToken).to.equal(undefined);
    });
  });

  describe('DeleteCluster', () => {
    it('leaves the cluster INACTIVE and visible', async () => {
      await create('web');
      const { cluster } = await emulator.ecs.send(new DeleteClusterCommand({ cluster: arnOf('web') }));
      expect(cluster?.status).to.equal('INACTIVE');
      expect((await describeAll('web')).clusters?.[0]?.status).to.equal('INACTIVE');
    });

    it('has what was made for the cluster taken back', async () => {
      let woken = 0;
      const scheduler = { wakeLeftClusters: () => void woken++ };
      const other = await startEmulatorClient({}, () => ({ scheduler }) as unknown as Collaborators);
      await other.ecs.send(new CreateClusterCommand({ clusterName: 'web' }));
      await other.ecs.send(new DeleteClusterCommand({ cluster: 'web' }));
      await other.close();
      expect(woken).to.equal(1);
    });

    it('does not know a cluster that never was', async () => {
      expect(await refusal(emulator.ecs.send(new DeleteClusterCommand({ cluster: 'web' })))).to.equal(
        'ClusterNotFoundException: Cluster not found.',
      );
    });

    for (const status of ['ACTIVE', 'DRAINING'] as const) {
      it(`is refused while the cluster has a service that is ${status}`, async () => {
        await create('web');
        putService(emulator.store, 'api', { clusterName: 'web', status });
        expect(await refusal(emulator.ecs.send(new DeleteClusterCommand({ cluster: 'web' })))).to.equal(
          'ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.',
        );
      });
    }

    for (const [what, task] of Object.entries({
      'runs a task': {},
      'stops a task': { desiredStatus: 'STOPPED', lastStatus: 'DEACTIVATING' },
    })) {
      it(`is refused while the cluster ${what}`, async () => {
        await create('web');
        emulator.store.tasks.put(storedTask('web', '1', task));
        expect(await refusal(emulator.ecs.send(new DeleteClusterCommand({ cluster: 'web' })))).to.equal(
          'ClusterContainsTasksException: The Cluster cannot be deleted while Tasks are active.',
        );
      });
    }
  });

  describe('UpdateCluster', () => {
    it('changes settings and configuration, and leaves the rest', async () => {
      const configuration = { executeCommandConfiguration: { logging: 'NONE' } } as const;
      await emulator.ecs.send(new CreateClusterCommand({ clusterName: 'web', tags: [{ key: 'a', value: '1' }] }));
      const { cluster } = await emulator.ecs.send(
        new UpdateClusterCommand({
          cluster: 'web',
          settings: [{ name: 'containerInsights', value: 'enhanced' }],
          configuration,
          serviceConnectDefaults: { namespace: 'local' },
        }),
      );
      expect(cluster).to.deep.include({
        settings: [{ name: 'containerInsights', value: 'enhanced' }],
        configuration,
        serviceConnectDefaults: { namespace: 'local' },
        tags: [{ key: 'a', value: '1' }],
      });
    });

    it('removes the Service Connect namespace when it is empty', async () => {
      await emulator.ecs.send(
        new CreateClusterCommand({ clusterName: 'web', serviceConnectDefaults: { namespace: 'local' } }),
      );
      const command = new UpdateClusterCommand({ cluster: 'web', serviceConnectDefaults: { namespace: '' } });
      expect((await emulator.ecs.send(command)).cluster).to.not.have.property('serviceConnectDefaults');
    });

    it('does not know an INACTIVE cluster', async () => {
      await create('web');
      await emulator.ecs.send(new DeleteClusterCommand({ cluster: 'web' }));
      expect(await refusal(emulator.ecs.send(new UpdateClusterCommand({ cluster: 'web' })))).to.equal(
        'ClusterNotFoundException: Cluster not found.',
      );
    });
  });

  describe('UpdateClusterSettings and PutClusterCapacityProviders', () => {
    it('change the cluster', async () => {
      await create('web');
      await emulator.ecs.send(
        new UpdateClusterSettingsCommand({
          cluster: 'web',
          settings: [{ name: 'containerInsights', value: 'enabled' }],
        }),
      );
      await emulator.ecs.send(
        new PutClusterCapacityProvidersCommand({
          cluster: 'web',
          capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
          defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1, base: 1 }],
        }),
      );
      expect((await describeAll('web')).clusters?.[0]).to.deep.include({
        settings: [{ name: 'containerInsights', value: 'enabled' }],
        capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
        defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1, base: 1 }],
      });
    });
  });
});
