import { DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
  waitUntilTasksRunning,
  waitUntilTasksStopped,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { bindPort } from '../../lib/public-ip/bind-port.ts';
import { freeLoopbackRange } from '../support/free-loopback-range.ts';
import { type StartedEmulator, startEmulator } from '../support/start-emulator.ts';

describe('an emulator with the provider loopback', () => {
  const waiting = { maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
  let started: StartedEmulator;
  let port: number;

  before(async () => {
    const loopbackRange = freeLoopbackRange(29);
    started = await startEmulator({ publicIp: { provider: 'loopback', loopbackRange } });
    // Port 80 where the system lets this user have it.
    const eighty = await bindPort({ address: loopbackRange.replace(/\/\d+$/, ''), port: 80, protocol: 'tcp' });
    await eighty?.close();
    port = eighty ? 80 : 8_080;
    await started.ecs.send(new CreateClusterCommand({ clusterName: 'web' }));
    const nginx = { name: 'nginx', image: 'nginx:latest', portMappings: [{ containerPort: port }] };
    await started.ecs.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [nginx] }));
  });
  after(() => started.close());

  it('lets two tasks with the same port answer there, each on the address that EC2 shows', async () => {
    const { ecs } = started;
    const run = await ecs.send(
      new RunTaskCommand({
        cluster: 'web',
        taskDefinition: 'web',
        count: 2,
        networkConfiguration: { awsvpcConfiguration: { subnets: [], assignPublicIp: 'ENABLED' } },
      }),
    );
    expect(run.failures).to.deep.equal([]);
    const tasks = run.tasks?.map(({ taskArn = '' }) => taskArn) ?? [];
    await waitUntilTasksRunning({ client: ecs, ...waiting }, { cluster: 'web', tasks });
    const described = await ecs.send(new DescribeTasksCommand({ cluster: 'web', tasks }));
    const addresses = await Promise.all((described.tasks ?? []).map(publicIpOf));
    expect(new Set(addresses).size).to.equal(2);
    for (const [index, address] of addresses.entries()) {
      const [binding] = described.tasks?.[index]?.containers?.[0]?.networkBindings ?? [];
      expect(binding).to.deep.equal({ bindIP: address, containerPort: port, hostPort: port, protocol: 'tcp' });
      const response = await fetch(`http://${address}:${port}`);
      expect(response.status).to.equal(200);
      expect(await response.text()).to.match(/nginx/i);
    }
    for (const task of tasks) await ecs.send(new StopTaskCommand({ cluster: 'web', task }));
    await waitUntilTasksStopped({ client: ecs, ...waiting }, { cluster: 'web', tasks });
    for (const address of addresses) {
      const refused = await fetch(`http://${address}:${port}`).catch(() => 'refused');
      expect(refused).to.equal('refused');
    }
  });

  it('fails the tasks that find no address with RESOURCE:PORTS, while the others of the call start', async () => {
    const { ecs } = started;
    // Of a block of eight addresses the first and the last one are not given.
    const { tasks = [], failures = [] } = await ecs.send(
      new RunTaskCommand({
        cluster: 'web',
        taskDefinition: 'web',
        count: 8,
        networkConfiguration: { awsvpcConfiguration: { subnets: [], assignPublicIp: 'ENABLED' } },
      }),
    );
    expect(tasks).to.have.length(6);
    expect(failures.map(({ reason }) => reason)).to.deep.equal(['RESOURCE:PORTS', 'RESOURCE:PORTS']);
    expect(failures[0]?.detail).to.match(/^No loopback address is left: of the 6 from 127\./);
    const arns = tasks.map(({ taskArn = '' }) => taskArn);
    for (const task of arns) await ecs.send(new StopTaskCommand({ cluster: 'web', task }));
    await waitUntilTasksStopped({ client: ecs, ...waiting }, { cluster: 'web', tasks: arns });
  });

  async function publicIpOf({ attachments = [] }: Task): Promise<string> {
    const eni = attachments[0]?.details?.find(({ name }) => name === 'networkInterfaceId')?.value ?? '';
    const command = new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni] });
    const { NetworkInterfaces = [] } = await started.ec2.send(command);
    return NetworkInterfaces[0]?.Association?.PublicIp ?? '';
  }
});
