import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  TagResourceCommand,
  UpdateServiceCommand,
  waitUntilServicesInactive,
  waitUntilServicesStable,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { publicNetwork } from '../support/service-client.ts';
import { type StartedEmulator, startEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

/** What tools send one after the other, and what they wait for, on the embedded Kubernetes. */
describe('tools that deploy services', () => {
  let emulator: StartedEmulator;
  const cluster = 'tools';

  before(async () => {
    emulator = await startEmulator();
    await emulator.ecs.send(new CreateClusterCommand({ clusterName: cluster }));
    await register();
  });

  after(async () => {
    const { ecs } = emulator;
    await ecs.send(new DeleteClusterCommand({ cluster }));
    await emulator.close();
  });

  const register = async (image = 'nginx:latest'): Promise<string> => {
    const { taskDefinition } = await emulator.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'web',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'web', image, portMappings: [{ containerPort: 80 }] }],
      }),
    );
    return taskDefinition?.taskDefinitionArn ?? '';
  };
  const create = async (serviceName: string, desiredCount = 2): Promise<Service> => {
    const command = new CreateServiceCommand({
      cluster,
      serviceName,
      taskDefinition: 'web',
      desiredCount,
      launchType: 'FARGATE',
      networkConfiguration: publicNetwork,
    });
    return (await emulator.ecs.send(command)).service ?? {};
  };
  const describeService = async (service: string): Promise<Service> => {
    const command = new DescribeServicesCommand({ cluster, services: [service], include: ['TAGS'] });
    return (await emulator.ecs.send(command)).services?.[0] ?? {};
  };
  const remove = async (service: string): Promise<void> => {
    await emulator.ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
    await waitFor(`the end of ${service}`, async () => (await describeService(service)).status === 'INACTIVE');
  };
  const tasksOf = async (serviceName: string): Promise<string[]> =>
    (await emulator.ecs.send(new ListTasksCommand({ cluster, serviceName }))).taskArns ?? [];

  it("ends the waiters of AWS's SDKs and of its CLI", async () => {
    const { ecs: client } = emulator;
    const waiter = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
    const input = { cluster, services: ['sdk'] };
    await create('sdk', 3);
    expect((await waitUntilServicesStable(waiter, input)).state).to.equal('SUCCESS');
    expect(await tasksOf('sdk')).to.have.length(3);
    await client.send(new UpdateServiceCommand({ cluster, service: 'sdk', taskDefinition: await register('nginx:2') }));
    expect((await waitUntilServicesStable(waiter, input)).state).to.equal('SUCCESS');
    expect((await describeService('sdk')).deployments).to.have.length(1);
    await client.send(new UpdateServiceCommand({ cluster, service: 'sdk', desiredCount: 0 }));
    expect((await waitUntilServicesStable(waiter, input)).state).to.equal('SUCCESS');
    await client.send(new DeleteServiceCommand({ cluster, service: 'sdk' }));
    expect((await waitUntilServicesInactive(waiter, input)).state).to.equal('SUCCESS');
    expect(await tasksOf('sdk')).to.deep.equal([]);
  });

  // internal/service/ecs/service.go of hashicorp/terraform-provider-aws.
  it('goes through what Terraform does with aws_ecs_service', async () => {
    const { ecs } = emulator;
    const { serviceArn = '' } = await create('terraform');
    const steady = async (): Promise<Service> =>
      waitFor('a steady state', async () => {
        const service = await describeService(serviceArn);
        const [primary, ...others] = service.deployments ?? [];
        const isSteady = others.length === 0 && service.runningCount === service.desiredCount;
        return isSteady && primary?.rolloutState === 'COMPLETED' && service;
      });
    const { currentServiceDeployment } = await steady();
    const arns = [currentServiceDeployment ?? ''];
    const { serviceDeployments } = await ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: arns }),
    );
    expect(serviceDeployments?.[0]?.status).to.equal('SUCCESSFUL');
    await ecs.send(new TagResourceCommand({ resourceArn: serviceArn, tags: [{ key: 'by', value: 'terraform' }] }));
    await ecs.send(
      new UpdateServiceCommand({ cluster, service: serviceArn, desiredCount: 1, forceNewDeployment: false }),
    );
    expect(await steady()).to.deep.include({ desiredCount: 1, tags: [{ key: 'by', value: 'terraform' }] });
    await ecs.send(new UpdateServiceCommand({ cluster, service: serviceArn, desiredCount: 0 }));
    await ecs.send(new DeleteServiceCommand({ cluster, service: serviceArn, force: true }));
    await waitFor('the end of the service', async () => (await describeService(serviceArn)).status === 'INACTIVE');
    // A changed argument that forces a replacement deletes and creates under the same name.
    await create('terraform', 1);
    await steady();
    await remove('terraform');
  });

  // ecspresso's deploy and wait, rollback of kayac/ecspresso.
  it('goes through what ecspresso does to deploy and to go back', async () => {
    const { ecs } = emulator;
    const before = await create('ecspresso', 1);
    const deployed = async (): Promise<void> =>
      waitFor('the deployment', async () => {
        const { serviceDeployments = [] } = await ecs.send(
          new ListServiceDeploymentsCommand({ cluster, service: 'ecspresso' }),
        );
        return serviceDeployments[0]?.status === 'SUCCESSFUL';
      }).then(() => undefined);
    await deployed();
    const taskDefinition = await register('nginx:3');
    await ecs.send(
      new UpdateServiceCommand({ cluster, service: 'ecspresso', taskDefinition, forceNewDeployment: true }),
    );
    await deployed();
    expect((await describeService('ecspresso')).taskDefinition).to.equal(taskDefinition);
    await ecs.send(new UpdateServiceCommand({ cluster, service: 'ecspresso', taskDefinition: before.taskDefinition }));
    await deployed();
    const tasks = await tasksOf('ecspresso');
    const { tasks: described = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks }));
    expect(described.map((task) => task.taskDefinitionArn)).to.deep.equal([before.taskDefinition]);
    expect(described[0]).to.include({ group: 'service:ecspresso', lastStatus: 'RUNNING' });
    await remove('ecspresso');
  });

  it('follows public IPs that are turned on and off', async () => {
    const { ecs } = emulator;
    await create('ports', 2);
    const portsOf = async (): Promise<number[]> => {
      const service = await describeService('ports');
      if (service.deployments?.length !== 1 || service.runningCount !== 2) return [];
      const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: await tasksOf('ports') }));
      const bindings = tasks.flatMap(({ containers = [] }) =>
        containers.map((one) => one.networkBindings?.length ?? 0),
      );
      return bindings.length === 2 ? bindings : [];
    };
    const change = (assignPublicIp: 'ENABLED' | 'DISABLED') =>
      ecs.send(
        new UpdateServiceCommand({
          cluster,
          service: 'ports',
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp } },
        }),
      );
    await waitFor('two public tasks', async () => (await portsOf()).join() === '1,1');
    await change('DISABLED');
    await waitFor('two tasks without ports', async () => (await portsOf()).join() === '0,0');
    await change('ENABLED');
    await waitFor('two public tasks again', async () => (await portsOf()).join() === '1,1');
    await remove('ports');
  });
});
