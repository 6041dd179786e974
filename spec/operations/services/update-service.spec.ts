import type { UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { refusal } from '../../support/refusal.ts';
import { type ServiceClient, publicNetwork, startServiceClient } from '../../support/service-client.ts';
import { acceptedTask } from '../../support/task-records.ts';

describe('UpdateService', () => {
  let client: ServiceClient;

  beforeEach(async () => {
    client = await startServiceClient();
  });

  afterEach(() => client.close());

  const arnOf = (resource: string): string => `arn:aws:ecs:us-east-1:000000000000:${resource}`;

  describe('validation', () => {
    it('does not know a cluster that never was', async () => {
      expect(await refusal(client.update({ cluster: 'none' }))).to.equal(
        'ClusterNotFoundException: Cluster not found.',
      );
    });

    it('does not know a service that never was', async () => {
      expect(await refusal(client.update({}))).to.equal('ServiceNotFoundException: Service not found.');
    });

    it('does not know a service by its ARN in another cluster', async () => {
      await client.create();
      expect(await refusal(client.update({ service: arnOf('service/other/web') }))).to.equal(
        'ServiceNotFoundException: Service not found.',
      );
    });

    it('refuses a service that is being deleted', async () => {
      await client.create({ desiredCount: 0 });
      await client.remove();
      expect(await refusal(client.update({ desiredCount: 1 }))).to.equal(
        'ServiceNotActiveException: Service was not ACTIVE.',
      );
    });

    const cases: readonly [string, Partial<UpdateServiceCommandInput>, string][] = [
      ['a negative count', { desiredCount: -1 }, 'InvalidParameterException: Task count can not be lesser than 0'],
      [
        'a task definition that is not there',
        { taskDefinition: 'web:9' },
        'ClientException: TaskDefinition not found.',
      ],
      [
        'a capacity provider strategy without a forced deployment',
        { capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }] },
        'InvalidParameterException: When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.',
      ],
      [
        'percentages that together with those it has let no deployment move',
        { deploymentConfiguration: { maximumPercent: 100 } },
        'InvalidParameterException: Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
      ],
      [
        'another deployment controller',
        { deploymentController: { type: 'EXTERNAL' } },
        'UnsupportedFeatureException: KECS does not change the deployment controller of a service from ECS to EXTERNAL.',
      ],
      [
        'a load balancer for a container that is not there',
        { loadBalancers: [{ targetGroupArn: 'arn', containerName: 'api', containerPort: 80 }] },
        'InvalidParameterException: The container api does not exist in the task definition.',
      ],
    ];
    for (const [title, more, text] of cases) {
      it(`refuses ${title}, and leaves the service as it is`, async () => {
        const { tags: _tags, ...before } = await client.create({ launchType: 'FARGATE' });
        expect(await refusal(client.update(more))).to.equal(text);
        expect(await client.describe()).to.deep.equal(before);
        expect(client.woken).to.have.length(1);
      });
    }
  });

  describe('without a new deployment', () => {
    const cases: readonly [string, Partial<UpdateServiceCommandInput>, object][] = [
      ['the desired count', { desiredCount: 3 }, { desiredCount: 3 }],
      [
        'the deployment configuration, member by member',
        { deploymentConfiguration: { minimumHealthyPercent: 50 } },
        {
          deploymentConfiguration: {
            deploymentCircuitBreaker: { enable: false, rollback: false },
            maximumPercent: 200,
            minimumHealthyPercent: 50,
            strategy: 'ROLLING',
            bakeTimeInMinutes: 0,
          },
        },
      ],
      ['propagateTags', { propagateTags: 'SERVICE' }, { propagateTags: 'SERVICE' }],
      ['managed tags', { enableECSManagedTags: true }, { enableECSManagedTags: true }],
      ['commands in containers', { enableExecuteCommand: true }, { enableExecuteCommand: true }],
      ['the grace period', { healthCheckGracePeriodSeconds: 60 }, { healthCheckGracePeriodSeconds: 60 }],
      ['rebalancing', { availabilityZoneRebalancing: 'DISABLED' }, { availabilityZoneRebalancing: 'DISABLED' }],
      [
        'placement constraints',
        { placementConstraints: [{ type: 'distinctInstance' }] },
        { placementConstraints: [{ type: 'distinctInstance' }] },
      ],
      ['nothing', {}, {}],
      ['the task definition it has already', { taskDefinition: 'web:1' }, {}],
      ['the strategy it does not have', { capacityProviderStrategy: [] }, {}],
    ];
    for (const [title, more, expected] of cases) {
      it(`takes ${title}`, async () => {
        const created = await client.create({ launchType: 'EC2' });
        const updated = await client.update(more);
        expect(updated).to.deep.include(expected);
        expect(updated.deployments?.map(({ id, status }) => ({ id, status }))).to.deep.equal([
          { id: created.deployments?.[0]?.id, status: 'PRIMARY' },
        ]);
        expect(updated.currentServiceDeployment).to.equal(created.currentServiceDeployment);
        expect(client.woken).to.have.length(2);
      });
    }

    it('keeps the members of the deployment configuration that are not given', async () => {
      await client.create({
        deploymentConfiguration: {
          maximumPercent: 150,
          deploymentCircuitBreaker: { enable: true, rollback: true },
        },
      });
      const { deploymentConfiguration } = await client.update({
        deploymentConfiguration: { minimumHealthyPercent: 50 },
      });
      expect(deploymentConfiguration).to.deep.include({
        maximumPercent: 150,
        minimumHealthyPercent: 50,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      });
    });

    it('tells the PRIMARY deployment the new count', async () => {
      await client.create();
      const { deployments } = await client.update({ desiredCount: 4 });
      expect(deployments?.map(({ desiredCount }) => desiredCount)).to.deep.equal([4]);
    });

    it('goes on with a task definition that was deregistered', async () => {
      await client.create();
      client.register(1, { status: 'INACTIVE' });
      expect((await client.update({ desiredCount: 2 })).desiredCount).to.equal(2);
    });

    it('removes placement strategies by an empty list or an empty object', async () => {
      await client.create({ launchType: 'EC2', placementStrategy: [{ type: 'random' }] });
      expect((await client.update({ placementStrategy: [{}] })).placementStrategy).to.deep.equal([]);
      await client.update({ placementStrategy: [{ type: 'random' }] });
      expect((await client.update({ placementStrategy: [] })).placementStrategy).to.deep.equal([]);
    });

    it('leaves the count of a daemon to the scheduler', async () => {
      const { serviceArn = '' } = await client.create({ schedulingStrategy: 'DAEMON', desiredCount: undefined });
      const record = client.store.services.get(serviceArn);
      if (!record) throw new Error('The service is gone.');
      client.store.services.put({ ...record, settings: { ...record.settings, desiredCount: 2 } });
      expect((await client.update({ propagateTags: 'SERVICE' })).desiredCount).to.equal(2);
      expect(await refusal(client.update({ desiredCount: 1 }))).to.match(/does not support a desired count/);
    });
  });

  describe('with a new deployment', () => {
    const targetGroupArn = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/0123456789abcdef';
    const registryArn = 'arn:aws:servicediscovery:us-east-1:000000000000:service/srv-1';
    const cases: readonly [string, Partial<UpdateServiceCommandInput>][] = [
      ['a forced one', { forceNewDeployment: true }],
      ['a task definition', { taskDefinition: 'web:2' }],
      ['a family with a newer revision', { taskDefinition: 'web' }],
      ['a network configuration', { networkConfiguration: publicNetwork }],
      ['a platform version', { platformVersion: '1.3.0' }],
      ['load balancers', { loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 80 }] }],
      ['service registries', { serviceRegistries: [{ registryArn }] }],
      ['Service Connect', { serviceConnectConfiguration: { enabled: true, namespace: 'local' } }],
      ['VPC Lattice', { vpcLatticeConfigurations: [{ roleArn: 'r', targetGroupArn: 't', portName: 'p' }] }],
    ];
    for (const [title, more] of cases) {
      it(`rolls out ${title}, and lets the former deployment be replaced`, async () => {
        client.register(2);
        const created = await client.create({ launchType: 'FARGATE', taskDefinition: 'web:1' });
        const updated = await client.update(more);
        expect(updated.deployments?.map(({ id, status }) => ({ id, status }))).to.deep.equal([
          { id: updated.deployments?.[0]?.id, status: 'PRIMARY' },
          { id: created.deployments?.[0]?.id, status: 'ACTIVE' },
        ]);
        expect(updated.deployments?.[0]).to.deep.include({ rolloutState: 'IN_PROGRESS', failedTasks: 0 });
        expect(updated.deployments?.[0]?.id).not.to.equal(created.deployments?.[0]?.id);
        expect(updated.currentServiceDeployment).not.to.equal(created.currentServiceDeployment);
        expect(updated.currentServiceRevisions).to.have.length(2);
        expect(client.woken).to.have.length(2);
      });
    }

    it('shows the service with the new task definition', async () => {
      const arn = client.register(2);
      await client.create({ taskDefinition: 'web:1' });
      const updated = await client.update({ taskDefinition: 'web:2' });
      expect(updated.taskDefinition).to.equal(arn);
      expect(updated.deployments?.map(({ taskDefinition }) => taskDefinition)).to.deep.equal([
        arn,
        arnOf('task-definition/web:1'),
      ]);
    });

    it('turns public IPs on and off', async () => {
      await client.create({ launchType: 'FARGATE' });
      const on = await client.update({ networkConfiguration: publicNetwork });
      expect(on.networkConfiguration?.awsvpcConfiguration?.assignPublicIp).to.equal('ENABLED');
      const off = await client.update({ networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } });
      expect(off.networkConfiguration?.awsvpcConfiguration?.assignPublicIp).to.equal('DISABLED');
      expect(off.deployments).to.have.length(3);
    });

    it('removes load balancers by an empty list', async () => {
      const loadBalancers = [{ targetGroupArn, containerName: 'web', containerPort: 80 }];
      await client.create({ launchType: 'EC2', loadBalancers });
      const updated = await client.update({ loadBalancers: [] });
      expect(updated.loadBalancers).to.deep.equal([]);
      expect(updated.deployments).to.have.length(2);
    });

    it('goes from a launch type to capacity providers and back', async () => {
      const cluster = client.store.clusters.get(arnOf('cluster/default'));
      if (!cluster) throw new Error('The cluster is gone.');
      client.store.clusters.put({ ...cluster, capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
      await client.create({ launchType: 'FARGATE' });
      const strategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }];
      const there = await client.update({ capacityProviderStrategy: strategy, forceNewDeployment: true });
      expect(there.capacityProviderStrategy).to.deep.equal(strategy);
      expect(there).not.to.have.property('launchType');
      const back = await client.update({ capacityProviderStrategy: [], forceNewDeployment: true });
      expect(back.launchType).to.equal('FARGATE');
      expect(back).not.to.have.property('capacityProviderStrategy');
    });

    it('goes from Fargate to capacity of other kinds, where there is no platform version', async () => {
      const cluster = client.store.clusters.get(arnOf('cluster/default'));
      if (!cluster) throw new Error('The cluster is gone.');
      client.store.clusters.put({ ...cluster, capacityProviders: ['instances'] });
      await client.create({ launchType: 'FARGATE' });
      const capacityProviderStrategy = [{ capacityProvider: 'instances', weight: 1, base: 0 }];
      const service = await client.update({ capacityProviderStrategy, forceNewDeployment: true });
      expect(service.capacityProviderStrategy).to.deep.equal(capacityProviderStrategy);
      expect(service).not.to.have.any.keys('platformVersion', 'platformFamily', 'launchType');
    });

    it('counts the tasks of each deployment', async () => {
      const created = await client.create({ desiredCount: 5 });
      const updated = await client.update({ forceNewDeployment: true });
      const put = (id: string, startedBy: string | undefined, lastStatus: string): void => {
        const record = acceptedTask({ id, group: 'service:web', startedBy });
        client.store.tasks.put({ ...record, task: { ...record.task, lastStatus } });
      };
      put('a', created.deployments?.[0]?.id, 'RUNNING');
      put('b', created.deployments?.[0]?.id, 'RUNNING');
      put('c', updated.deployments?.[0]?.id, 'PENDING');
      const service = await client.describe();
      expect(service).to.include({ desiredCount: 5, runningCount: 2, pendingCount: 1 });
      expect(
        service.deployments?.map(({ desiredCount, runningCount, pendingCount }) => [
          desiredCount,
          runningCount,
          pendingCount,
        ]),
      ).to.deep.equal([
        [5, 0, 1],
        [2, 2, 0],
      ]);
    });
  });
});
