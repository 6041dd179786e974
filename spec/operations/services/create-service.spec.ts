import { CreateServiceCommand, type CreateServiceCommandInput } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { refusal } from '../../support/refusal.ts';
import { type ServiceClient, publicNetwork, startServiceClient } from '../../support/service-client.ts';

const ports = [{ name: 'http', containerPort: 80, protocol: 'tcp' as const }];
const container = { name: 'web', image: 'nginx:latest', portMappings: ports };
const targetGroupArn = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/0123456789abcdef';
const loadBalancer = { targetGroupArn, containerName: 'web', containerPort: 80 };
const registryArn = 'arn:aws:servicediscovery:us-east-1:000000000000:service/srv-1';

describe('CreateService', () => {
  let client: ServiceClient;

  beforeEach(async () => {
    client = await startServiceClient();
  });

  afterEach(() => client.close());

  describe('serialization', () => {
    it('refuses a strategy that the service model does not have', async () => {
      expect(await refusal(client.create({ schedulingStrategy: 'SOME' as 'DAEMON' }))).to.match(
        /^ClientException|^InvalidParameterException/,
      );
    });
  });

  describe('validation', () => {
    const cases: readonly [string, Partial<CreateServiceCommandInput>, string][] = [
      ['a cluster that is not there', { cluster: 'none' }, 'ClusterNotFoundException: Cluster not found.'],
      [
        'a name of other characters',
        { serviceName: 'a.b' },
        "InvalidParameterException: A service name has 1 to 255 letters, numbers, underscores and hyphens, but was 'a.b'.",
      ],
      [
        'a client token of more than 36 characters',
        { clientToken: 'x'.repeat(37) },
        'InvalidParameterException: idempotency token longer than 36.',
      ],
      ['no task definition', { taskDefinition: '' }, 'InvalidParameterException: TaskDefinition can not be blank.'],
      [
        'a task definition that is not there',
        { taskDefinition: 'web:9' },
        'ClientException: TaskDefinition not found.',
      ],
      ['no desired count', { desiredCount: undefined }, 'InvalidParameterException: DesiredCount is missing'],
      [
        'a negative desired count',
        { desiredCount: -1 },
        'InvalidParameterException: DesiredCount can not be lesser than 0',
      ],
      [
        'more tasks than a service may have',
        { desiredCount: 5001 },
        'InvalidParameterException: A service can have at most 5000 tasks, but desiredCount was 5001.',
      ],
      [
        'a desired count of a daemon',
        { schedulingStrategy: 'DAEMON' },
        'InvalidParameterException: The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
      ],
      [
        'a daemon on Fargate',
        { schedulingStrategy: 'DAEMON', desiredCount: undefined, launchType: 'FARGATE' },
        'InvalidParameterException: The daemon scheduling strategy does not support the FARGATE launch type. Change the launch type and try again',
      ],
      [
        'a daemon that may have more tasks than nodes',
        {
          schedulingStrategy: 'DAEMON',
          desiredCount: undefined,
          deploymentConfiguration: { maximumPercent: 200 },
        },
        'InvalidParameterException: The daemon scheduling strategy does not support values above 100 for maximumPercent',
      ],
      [
        'a daemon that is rebalanced',
        { schedulingStrategy: 'DAEMON', desiredCount: undefined, availabilityZoneRebalancing: 'ENABLED' },
        'InvalidParameterException: Availability Zone Rebalancing does not support DAEMON services',
      ],
      [
        'a launch type beside a capacity provider strategy',
        { launchType: 'FARGATE', capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
        'InvalidParameterException: Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
      ],
      [
        'a platform version on EC2',
        { launchType: 'EC2', platformVersion: '1.4.0' },
        'InvalidParameterException: The platform version must be null when specifying an EC2 launch type.',
      ],
      [
        'a platform version that is not there',
        { launchType: 'FARGATE', platformVersion: '9.9.9' },
        'PlatformUnknownException: The platform version 9.9.9 does not exist.',
      ],
      [
        'a public IP on EC2',
        { launchType: 'EC2', networkConfiguration: publicNetwork },
        'InvalidParameterException: Assign public IP is not supported for this launch type.',
      ],
      [
        'a deployment that could never move',
        { deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 100 } },
        'InvalidParameterException: Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
      ],
      [
        'a minimum above 100 percent',
        { deploymentConfiguration: { minimumHealthyPercent: 101 } },
        'InvalidParameterException: minimumHealthyPercent must be at most 100',
      ],
      [
        'a maximum below 100 percent',
        { deploymentConfiguration: { maximumPercent: 50, minimumHealthyPercent: 0 } },
        'InvalidParameterException: maximumPercent must be at least 100, but was 50.',
      ],
      [
        'rebalancing without room for it',
        {
          deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 0 },
          availabilityZoneRebalancing: 'ENABLED',
        },
        'InvalidParameterException: Availability Zone Rebalancing needs a maximumPercent greater than 100.',
      ],
      [
        'another deployment strategy',
        { deploymentConfiguration: { strategy: 'BLUE_GREEN' } },
        'UnsupportedFeatureException: KECS deploys services with the strategy ROLLING only, but deploymentConfiguration.strategy was BLUE_GREEN.',
      ],
      [
        'a time to bake',
        { deploymentConfiguration: { bakeTimeInMinutes: 5 } },
        'UnsupportedFeatureException: KECS does not honour bakeTimeInMinutes of a deploymentConfiguration yet: leave it out.',
      ],
      [
        'placement constraints on Fargate',
        { launchType: 'FARGATE', placementConstraints: [{ type: 'distinctInstance' }] },
        'InvalidParameterException: Placement constraints are not supported with FARGATE launch type.',
      ],
      [
        'more than five placement strategies',
        { placementStrategy: Array.from({ length: 6 }, () => ({ type: 'random' as const })) },
        'InvalidParameterException: Maximum number of strategies is 5',
      ],
      [
        'more than ten placement constraints',
        { placementConstraints: Array.from({ length: 11 }, () => ({ type: 'distinctInstance' as const })) },
        'InvalidParameterException: A task can have at most 10 placement constraints, but would have 11.',
      ],
      [
        'an expression for distinct instances',
        { placementConstraints: [{ type: 'distinctInstance', expression: 'x == y' }] },
        'InvalidParameterException: distinctInstance expression should not be specified',
      ],
      [
        'binpack by a field that is no resource',
        { placementStrategy: [{ type: 'binpack', field: 'disk' }] },
        "InvalidParameterException: binpack field 'disk' is invalid",
      ],
      [
        'a load balancer of both kinds',
        { loadBalancers: [{ ...loadBalancer, loadBalancerName: 'classic' }] },
        'InvalidParameterException: loadBalancerName and targetGroupArn cannot both be specified',
      ],
      [
        'a load balancer for a container that is not there',
        { loadBalancers: [{ ...loadBalancer, containerName: 'api' }] },
        'InvalidParameterException: The container api does not exist in the task definition.',
      ],
      [
        'a load balancer for a port that is not there',
        { loadBalancers: [{ ...loadBalancer, containerPort: 81 }] },
        'InvalidParameterException: The container web did not have a container port 81 defined.',
      ],
      [
        'a role without a load balancer',
        { role: 'ecsServiceRole' },
        'InvalidParameterException: IAM roles are only valid for services configured to use load balancers.',
      ],
      [
        'two service registries',
        { serviceRegistries: [{ registryArn }, { registryArn }] },
        'InvalidParameterException: A service can have one service registry, but 2 were given.',
      ],
      [
        'Service Connect without a namespace',
        { serviceConnectConfiguration: { enabled: true } },
        'InvalidParameterException: Namespace is missing',
      ],
      [
        'Service Connect with a port that has no such name',
        { serviceConnectConfiguration: { enabled: true, namespace: 'ns', services: [{ portName: 'grpc' }] } },
        'InvalidParameterException: portName(grpc) does not refer to any named PortMapping in the task definition.',
      ],
      [
        'a volume that the task definition does not have',
        { volumeConfigurations: [{ name: 'data', managedEBSVolume: { roleArn: 'r', sizeInGiB: 1 } }] },
        "InvalidParameterException: The volume name 'data' in your request does not have a matching volume in your Task Definition",
      ],
      [
        'a grace period below 0',
        { healthCheckGracePeriodSeconds: -1 },
        'InvalidParameterException: healthCheckGracePeriodSeconds cannot be less than 0, but was -1.',
      ],
      [
        'reserved tag keys',
        { tags: [{ key: 'aws:own', value: '1' }] },
        'InvalidParameterException: aws: prefixed tag key names are not allowed for external use.',
      ],
    ];
    for (const [title, more, text] of cases) {
      it(`refuses ${title}`, async () => {
        expect(await refusal(client.create(more))).to.equal(text);
        expect([...client.store.services.values()]).to.deep.equal([]);
        expect(client.woken).to.deep.equal([]);
      });
    }

    it('refuses an inactive task definition', async () => {
      client.register(2, { status: 'INACTIVE' });
      expect(await refusal(client.create({ taskDefinition: 'web:2' }))).to.equal(
        'InvalidParameterException: TaskDefinition is inactive',
      );
    });

    it('refuses awsvpc without a network configuration', async () => {
      client.register(2, { networkMode: 'awsvpc' });
      expect(await refusal(client.create({ taskDefinition: 'web:2' }))).to.equal(
        "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      );
    });

    it('refuses a role where ECS uses the service-linked one', async () => {
      client.register(2, { networkMode: 'awsvpc', containerDefinitions: [container] });
      const more = {
        taskDefinition: 'web:2',
        networkConfiguration: publicNetwork,
        loadBalancers: [loadBalancer],
        role: 'own',
      };
      expect(await refusal(client.create(more))).to.equal(
        'InvalidParameterException: You cannot specify an IAM role for services that require a service linked role.',
      );
    });

    it('refuses a Classic Load Balancer on Fargate', async () => {
      const loadBalancers = [{ loadBalancerName: 'classic', containerName: 'web', containerPort: 80 }];
      expect(await refusal(client.create({ launchType: 'FARGATE', loadBalancers }))).to.equal(
        'InvalidParameterException: Classic Load Balancers are not supported with Fargate',
      );
    });

    describe('when strict', () => {
      beforeEach(async () => {
        await client.close();
        client = await startServiceClient({ strict: true });
        client.register(1, { networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'] });
      });

      it('demands subnets', async () => {
        const networkConfiguration = { awsvpcConfiguration: { subnets: [] } };
        expect(await refusal(client.create({ launchType: 'FARGATE', networkConfiguration }))).to.equal(
          'InvalidParameterException: subnets can not be empty.',
        );
      });

      it('demands a task role for commands in containers', async () => {
        const more = {
          launchType: 'FARGATE',
          networkConfiguration: publicNetwork,
          enableExecuteCommand: true,
        } as const;
        expect(await refusal(client.create(more))).to.equal(
          "InvalidParameterException: The service couldn't be created because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.",
        );
      });
    });
  });

  describe('behaviour', () => {
    it('answers the service as AWS does, with every default, and tells the scheduler of it', async () => {
      const service = await client.create({
        launchType: 'FARGATE',
        networkConfiguration: publicNetwork,
        tags: [{ key: 'team', value: 'a' }],
      });
      const [deployment = {}] = service.deployments ?? [];
      expect(service.createdAt).to.be.an.instanceOf(Date);
      expect(deployment.id).to.match(/^ecs-svc\/\d{19}$/);
      expect(service.currentServiceDeployment).to.match(
        /^arn:aws:ecs:us-east-1:000000000000:service-deployment\/default\/web\/[\w-]{21}$/,
      );
      const [revision = {}] = service.currentServiceRevisions ?? [];
      expect(revision.arn).to.match(/^arn:aws:ecs:us-east-1:000000000000:service-revision\/default\/web\/\d{19}$/);
      const networkConfiguration = {
        awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: [], assignPublicIp: 'ENABLED' },
      };
      const taskDefinition = 'arn:aws:ecs:us-east-1:000000000000:task-definition/web:1';
      expect(service).to.deep.equal({
        serviceArn: 'arn:aws:ecs:us-east-1:000000000000:service/default/web',
        serviceName: 'web',
        clusterArn: 'arn:aws:ecs:us-east-1:000000000000:cluster/default',
        status: 'ACTIVE',
        desiredCount: 1,
        runningCount: 0,
        pendingCount: 0,
        launchType: 'FARGATE',
        platformVersion: 'LATEST',
        platformFamily: 'Linux',
        taskDefinition,
        loadBalancers: [],
        serviceRegistries: [],
        networkConfiguration,
        schedulingStrategy: 'REPLICA',
        deploymentController: { type: 'ECS' },
        deploymentConfiguration: {
          deploymentCircuitBreaker: { enable: false, rollback: false },
          maximumPercent: 200,
          minimumHealthyPercent: 100,
          strategy: 'ROLLING',
          bakeTimeInMinutes: 0,
        },
        deployments: [
          {
            id: deployment.id,
            status: 'PRIMARY',
            taskDefinition,
            desiredCount: 1,
            runningCount: 0,
            pendingCount: 0,
            failedTasks: 0,
            createdAt: service.createdAt,
            updatedAt: service.createdAt,
            launchType: 'FARGATE',
            platformVersion: '1.4.0',
            platformFamily: 'Linux',
            networkConfiguration,
            rolloutState: 'IN_PROGRESS',
            rolloutStateReason: `ECS deployment ${deployment.id} in progress.`,
          },
        ],
        roleArn: 'arn:aws:iam::000000000000:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
        events: [],
        createdAt: service.createdAt,
        createdBy: 'arn:aws:iam::000000000000:root',
        currentServiceDeployment: service.currentServiceDeployment,
        currentServiceRevisions: [
          { arn: revision.arn, requestedTaskCount: 1, runningTaskCount: 0, pendingTaskCount: 0 },
        ],
        placementConstraints: [],
        placementStrategy: [],
        enableECSManagedTags: false,
        enableExecuteCommand: false,
        propagateTags: 'NONE',
        availabilityZoneRebalancing: 'ENABLED',
        resourceManagementType: 'CUSTOMER',
        tags: [{ key: 'team', value: 'a' }],
      });
      expect(client.woken).to.deep.equal([service.serviceArn]);
    });

    it('takes the latest active revision of a family', async () => {
      const arn = client.register(2);
      client.register(3, { status: 'INACTIVE' });
      expect((await client.create({ taskDefinition: 'web' })).taskDefinition).to.equal(arn);
    });

    it('makes a daemon, with the percentages of daemons and on EC2', async () => {
      const service = await client.create({ schedulingStrategy: 'DAEMON', desiredCount: undefined });
      expect(service).to.deep.include({
        launchType: 'EC2',
        desiredCount: 0,
        schedulingStrategy: 'DAEMON',
        availabilityZoneRebalancing: 'DISABLED',
      });
      expect(service.deploymentConfiguration).to.deep.include({ maximumPercent: 100, minimumHealthyPercent: 0 });
      expect(service).not.to.have.any.keys('platformVersion', 'platformFamily', 'roleArn');
    });

    it('uses the default capacity provider strategy of the cluster', async () => {
      const cluster = client.store.clusters.get('arn:aws:ecs:us-east-1:000000000000:cluster/default');
      if (!cluster) throw new Error('The cluster is gone.');
      client.store.clusters.put({
        ...cluster,
        capacityProviders: ['FARGATE_SPOT'],
        defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      });
      const service = await client.create();
      expect(service.capacityProviderStrategy).to.deep.equal([
        { capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 },
      ]);
      expect(service).not.to.have.property('launchType');
      expect(service).to.deep.include({ platformVersion: 'LATEST', platformFamily: 'Linux' });
    });

    it('does not rebalance a service that has no room for it, unless asked to', async () => {
      const service = await client.create({
        deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 50 },
      });
      expect(service.availabilityZoneRebalancing).to.equal('DISABLED');
    });

    it('keeps load balancers, registries and Service Connect, and the role by its name', async () => {
      client.register(1, { containerDefinitions: [container] });
      const serviceConnectConfiguration = {
        enabled: true,
        namespace: 'local',
        services: [{ portName: 'http', clientAliases: [{ port: 80 }] }],
      };
      const service = await client.create({
        launchType: 'EC2',
        loadBalancers: [loadBalancer],
        serviceRegistries: [{ registryArn }],
        serviceConnectConfiguration,
        role: '/path/own',
      });
      expect(service).to.deep.include({
        loadBalancers: [loadBalancer],
        serviceRegistries: [{ registryArn }],
        roleArn: 'arn:aws:iam::000000000000:role/path/own',
        healthCheckGracePeriodSeconds: 0,
      });
      expect(service.deployments?.[0]?.serviceConnectConfiguration).to.deep.equal(serviceConnectConfiguration);
    });

    it('takes a health check grace period without a load balancer, for the health checks of containers', async () => {
      const service = await client.create({ healthCheckGracePeriodSeconds: 30 });
      expect(service.healthCheckGracePeriodSeconds).to.equal(30);
    });

    it('refuses a name that is in use', async () => {
      await client.create();
      const text = 'InvalidParameterException: Creation of service was not idempotent.';
      expect(await refusal(client.create())).to.equal(text);
      expect(await refusal(client.create({ clientToken: 'other' }))).to.equal(text);
    });

    it('answers the same service to a call that is repeated with its client token', async () => {
      const first = await client.create({ clientToken: 'one', tags: [{ key: 'team', value: 'a' }] });
      const second = await client.create({ clientToken: 'one' });
      expect(second).to.deep.equal(first);
      expect(client.woken).to.have.length(1);
      expect(await refusal(client.create({ clientToken: 'one', desiredCount: 2 }))).to.equal(
        'InvalidParameterException: Creation of service was not idempotent.',
      );
    });

    it('refuses the name of a service that still drains', async () => {
      await client.create({ desiredCount: 0 });
      await client.remove();
      expect(await refusal(client.create())).to.equal(
        'InvalidParameterException: Unable to Start a service that is still Draining.',
      );
    });

    it('gives the name of an inactive service to a new one, and nothing of its history', async () => {
      const { serviceArn = '' } = await client.create({ desiredCount: 0 });
      await client.remove();
      const record = client.store.services.get(serviceArn);
      if (!record) throw new Error('The service is gone.');
      client.store.services.put({ ...record, status: 'INACTIVE', inactiveSince: 1 });
      const service = await client.create({ desiredCount: 2 });
      expect(service).to.deep.include({ status: 'ACTIVE', desiredCount: 2 });
      expect(client.store.services.size).to.equal(1);
      expect(client.store.serviceRevisions.size).to.equal(1);
      expect(client.store.serviceDeployments.size).to.equal(1);
    });

    it('makes services of the same name in two clusters', async () => {
      const cluster = client.store.clusters.get('arn:aws:ecs:us-east-1:000000000000:cluster/default');
      if (!cluster) throw new Error('The cluster is gone.');
      const arn = 'arn:aws:ecs:us-east-1:000000000000:cluster/other';
      client.store.clusters.put({ ...cluster, arn, name: 'other' });
      await client.create();
      const { service } = await client.ecs.send(
        new CreateServiceCommand({ cluster: arn, serviceName: 'web', taskDefinition: 'web:1', desiredCount: 1 }),
      );
      expect(service?.serviceArn).to.equal('arn:aws:ecs:us-east-1:000000000000:service/other/web');
    });
  });
});
