import {
  ConflictException,
  DescribeTasksCommand,
  type NetworkConfiguration,
  RunTaskCommand,
  type RunTaskCommandInput,
  waitUntilTasksRunning,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { PublicPortsExhausted } from '../../../lib/public-ip/public-ip-provider.ts';
import { refusal } from '../../support/refusal.ts';
import { type TaskEmulator, startTaskEmulator } from '../../support/task-emulator.ts';
import { cluster, taskDefinition } from '../../support/task-records.ts';

const publicNetwork: NetworkConfiguration = {
  awsvpcConfiguration: { subnets: ['subnet-a'], assignPublicIp: 'ENABLED' },
};
const privateNetwork: NetworkConfiguration = {
  awsvpcConfiguration: { subnets: ['subnet-a'], assignPublicIp: 'DISABLED' },
};

describe('RunTask', () => {
  let emulator: TaskEmulator;

  beforeEach(async () => {
    emulator = await startTaskEmulator();
  });

  afterEach(() => emulator.close());

  const run = (input: Partial<RunTaskCommandInput> = {}) =>
    emulator.ecs.send(new RunTaskCommand({ taskDefinition: 'web:1', ...input }));
  const runOne = async (input: Partial<RunTaskCommandInput> = {}) => {
    const { tasks = [], failures } = await run(input);
    expect(failures).to.deep.equal([]);
    const [task] = tasks;
    if (!task) throw new Error('RunTask answered no task.');
    return task;
  };
  const define = (more: Parameters<typeof taskDefinition>[0]): void => {
    const record = taskDefinition(more);
    emulator.store.taskDefinitions.put(record);
    emulator.store.families.put({ arn: `000000000000/us-east-1/${record.family}`, latestRevision: 1 });
  };

  describe('validation', () => {
    const refusals: readonly [string, Partial<RunTaskCommandInput>, string][] = [
      ['a count of 0', { count: 0 }, 'InvalidParameterException: count must be between 1 and 10, but was 0.'],
      ['a count of 11', { count: 11 }, 'InvalidParameterException: count must be between 1 and 10, but was 11.'],
      ['an unknown cluster', { cluster: 'none' }, 'ClusterNotFoundException: Cluster not found.'],
      ['an unknown definition', { taskDefinition: 'none' }, 'ClientException: TaskDefinition not found.'],
      [
        'a public IP on EC2',
        { launchType: 'EC2', networkConfiguration: publicNetwork },
        'InvalidParameterException: Assign public IP is not supported for this launch type.',
      ],
      [
        'an override for an unknown container',
        { overrides: { containerOverrides: [{ name: 'db', command: ['x'] }] } },
        'InvalidParameterException: Override for container named db is not a container in the TaskDefinition.',
      ],
      [
        'an override of an inference accelerator',
        { overrides: { inferenceAcceleratorOverrides: [{ deviceName: 'd', deviceType: 't' }] } },
        'InvalidParameterException: The override of inference accelerator d cannot be met: Elastic Inference is not emulated. Leave it out.',
      ],
      [
        'overrides of more than 8192 characters',
        { overrides: { containerOverrides: [{ name: 'web', command: ['x'.repeat(8192)] }] } },
        'InvalidParameterException: Container Overrides length must be at most 8192',
      ],
      [
        'a startedBy of 129 characters',
        { startedBy: 'x'.repeat(129) },
        'InvalidParameterException: startedBy must be up to 128 letters, numbers, hyphens, forward slashes and underscores.',
      ],
      ['the group of a service', { group: 'service:web' }, 'InvalidParameterException: Invalid namespace for group.'],
      [
        'a launch type beside a capacity provider strategy',
        { launchType: 'FARGATE', capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
        'InvalidParameterException: Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
      ],
      [
        'an unknown platform version',
        { launchType: 'FARGATE', platformVersion: '9.9.9' },
        'PlatformUnknownException: The platform version 9.9.9 does not exist.',
      ],
      [
        'a platform version on EC2',
        { launchType: 'EC2', platformVersion: '1.4.0' },
        'InvalidParameterException: The platform version must be null when specifying an EC2 launch type.',
      ],
      [
        'a client token with a blank',
        { clientToken: 'a b' },
        'InvalidParameterException: clientToken must be 1 to 64 ASCII characters in the range 33 to 126.',
      ],
    ];
    for (const [title, input, message] of refusals) {
      it(`refuses ${title}`, async () => {
        expect(await refusal(run(input))).to.equal(message);
        expect(emulator.store.tasks.size).to.equal(0);
      });
    }

    it('refuses an INACTIVE definition', async () => {
      define({ family: 'old', status: 'INACTIVE' });
      expect(await refusal(run({ taskDefinition: 'old:1' }))).to.equal(
        'InvalidParameterException: TaskDefinition is inactive',
      );
    });

    it('refuses awsvpc without a network configuration', async () => {
      define({ family: 'vpc', networkMode: 'awsvpc' });
      expect(await refusal(run({ taskDefinition: 'vpc' }))).to.equal(
        "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      );
    });

    it('refuses a network configuration for another network mode', async () => {
      define({ family: 'bridged', networkMode: 'bridge' });
      expect(await refusal(run({ taskDefinition: 'bridged', networkConfiguration: privateNetwork }))).to.equal(
        'InvalidParameterException: Network Configuration is not valid for the given networkMode of this task definition.',
      );
    });

    it('refuses a launch type that the definition does not name', async () => {
      define({ family: 'ec2only', requiresCompatibilities: ['EC2'] });
      expect(await refusal(run({ taskDefinition: 'ec2only', launchType: 'FARGATE' }))).to.equal(
        'InvalidParameterException: Task definition does not support launch_type FARGATE.',
      );
    });
  });

  describe('behaviour', () => {
    it("answers the founding document's task, which names neither network mode nor subnet", async () => {
      const awsvpcConfiguration = { subnets: undefined, assignPublicIp: 'ENABLED' } as const;
      const task = await runOne({ networkConfiguration: { awsvpcConfiguration } });
      expect(task.taskArn).to.match(/^arn:aws:ecs:us-east-1:000000000000:task\/default\/[0-9a-f]{32}$/);
      expect(task).to.deep.include({
        clusterArn: cluster.arn,
        taskDefinitionArn: taskDefinition().arn,
        desiredStatus: 'RUNNING',
        lastStatus: 'PROVISIONING',
        launchType: 'FARGATE',
        platformFamily: 'Linux',
        platformVersion: '1.4.0',
        group: 'family:web',
        availabilityZone: 'us-east-1a',
        version: 1,
        attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
      });
      expect(task.createdAt).to.be.instanceOf(Date);
      expect(task.containers?.[0]).to.deep.include({
        name: 'web',
        taskArn: task.taskArn,
        lastStatus: 'PENDING',
        networkBindings: [],
      });
      expect(task.containers?.[0]?.containerArn).to.match(/:container\/default\/[0-9a-f]{32}\/[0-9a-f-]{36}$/);
    });

    it('attaches a network interface whatever assignPublicIp is', async () => {
      for (const networkConfiguration of [publicNetwork, privateNetwork]) {
        const { attachments } = await runOne({ networkConfiguration });
        expect(attachments?.[0]).to.include({ type: 'ElasticNetworkInterface', status: 'PRECREATED' });
        const details = Object.fromEntries(attachments?.[0]?.details?.map(({ name, value }) => [name, value]) ?? []);
        expect(details['subnetId']).to.equal('subnet-a');
        expect(details['networkInterfaceId']).to.match(/^eni-[0-9a-f]{17}$/);
        expect(details['macAddress']).to.match(/^0a(:[0-9a-f]{2}){5}$/);
      }
    });

    it('runs the task until the waiter of the SDK sees it RUNNING, with its host port', async () => {
      const { taskArn = '' } = await runOne({ networkConfiguration: publicNetwork });
      await waitUntilTasksRunning({ client: emulator.ecs, maxWaitTime: 20, minDelay: 1 }, { tasks: [taskArn] });
      const { tasks = [] } = await emulator.ecs.send(new DescribeTasksCommand({ tasks: [taskArn] }));
      expect(tasks[0]?.containers?.[0]?.networkBindings).to.deep.equal([
        { bindIP: '127.0.0.1', containerPort: 80, hostPort: 32_000, protocol: 'tcp' },
      ]);
    });

    it('gives no port and no public IP when assignPublicIp is DISABLED', async () => {
      const { taskArn = '' } = await runOne({ networkConfiguration: privateNetwork });
      await waitUntilTasksRunning({ client: emulator.ecs, maxWaitTime: 20, minDelay: 1 }, { tasks: [taskArn] });
      const record = emulator.store.tasks.get(taskArn);
      expect(record).not.to.have.property('publicIp');
      expect(record?.task.containers?.[0]?.networkBindings).to.deep.equal([]);
      expect(emulator.publicIps.calls).to.deep.equal([]);
    });

    it('asks a host port for every port of the definition, ranges included', async () => {
      define({
        family: 'many',
        containerDefinitions: [
          { name: 'web', image: 'a', portMappings: [{ containerPort: 53 }, { containerPort: 53, protocol: 'udp' }] },
          { name: 'side', image: 'b', portMappings: [{ containerPortRange: '8000-8002' }] },
        ],
      });
      const { taskArn = '' } = await runOne({ taskDefinition: 'many', networkConfiguration: publicNetwork });
      const ports = emulator.store.tasks.get(taskArn)?.publicIp?.ports;
      expect(
        ports?.map(({ container, containerPort, protocol }) => `${container} ${containerPort}/${protocol}`),
      ).to.eql(['web 53/tcp', 'web 53/udp', 'side 8000/tcp', 'side 8001/tcp', 'side 8002/tcp']);
    });

    it('reports tasks that get no port as RESOURCE:PORTS and runs the others', async () => {
      const before = { ...emulator.publicIps.provider };
      let left = 2;
      emulator.publicIps.provider.allocate = async (request) => {
        if (left-- <= 0) throw new PublicPortsExhausted('No host port is left.');
        return before.allocate(request);
      };
      const { tasks, failures } = await run({ count: 3, networkConfiguration: publicNetwork });
      expect(tasks).to.have.length(2);
      expect(failures).to.deep.equal([{ reason: 'RESOURCE:PORTS', detail: 'No host port is left.' }]);
    });

    it('takes every port back when one allocation breaks', async () => {
      const before = { ...emulator.publicIps.provider };
      let first = true;
      emulator.publicIps.provider.allocate = async (request) => {
        if (!first) throw new Error('broken');
        first = false;
        return before.allocate(request);
      };
      expect(await refusal(run({ count: 2, networkConfiguration: publicNetwork }))).to.match(/^ServerException/);
      expect(emulator.publicIps.calls).to.have.length(1);
      expect(emulator.publicIps.calls[0]).to.match(/^release /);
      expect(emulator.store.tasks.size).to.equal(0);
    });

    it('runs count tasks, each with an id of its own', async () => {
      const { tasks = [] } = await run({ count: 10 });
      expect(new Set(tasks.map(({ taskArn }) => taskArn)).size).to.equal(10);
    });

    it('echoes the overrides with an entry for every container', async () => {
      define({
        family: 'pair',
        containerDefinitions: [
          { name: 'a', image: 'a' },
          { name: 'b', image: 'b' },
        ],
      });
      const { overrides, cpu } = await runOne({
        taskDefinition: 'pair',
        overrides: { cpu: '512', containerOverrides: [{ name: 'b', command: ['x'] }] },
      });
      expect(overrides?.containerOverrides).to.deep.equal([{ name: 'b', command: ['x'] }, { name: 'a' }]);
      expect(cpu).to.equal('512');
    });

    it('tags the task: its own over those of the definition, and the managed one', async () => {
      const record = taskDefinition();
      const tags = [
        { key: 'team', value: 'definition' },
        { key: 'tier', value: 'front' },
      ];
      emulator.store.taskDefinitions.put({ ...record, tags });
      const task = await runOne({
        tags: [{ key: 'team', value: 'call' }],
        propagateTags: 'TASK_DEFINITION',
        enableECSManagedTags: true,
      });
      expect(task.tags).to.have.deep.members([
        { key: 'team', value: 'call' },
        { key: 'tier', value: 'front' },
        { key: 'aws:ecs:clusterName', value: 'default' },
      ]);
    });

    it('shows the agent of ExecuteCommand where that is enabled', async () => {
      const task = await runOne({ enableExecuteCommand: true });
      expect(task.enableExecuteCommand).to.equal(true);
      expect(task.containers?.[0]?.managedAgents).to.deep.equal([
        { name: 'ExecuteCommandAgent', lastStatus: 'PENDING' },
      ]);
    });

    it('goes to the capacity provider of the strategy', async () => {
      emulator.store.clusters.put({ ...cluster, capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
      const { tasks = [] } = await run({
        count: 4,
        capacityProviderStrategy: [
          { capacityProvider: 'FARGATE', base: 1, weight: 1 },
          { capacityProvider: 'FARGATE_SPOT', weight: 2 },
        ],
      });
      const names = tasks.map(({ capacityProviderName }) => capacityProviderName);
      expect(names.filter((name) => name === 'FARGATE_SPOT')).to.have.length(2);
      expect(tasks.every(({ launchType }) => launchType === 'FARGATE')).to.equal(true);
    });
  });

  describe('client token', () => {
    it('answers the same tasks to the same request', async () => {
      const first = await runOne({ clientToken: 'token-1', count: 1 });
      const second = await runOne({ count: 1, clientToken: 'token-1' });
      expect(second.taskArn).to.equal(first.taskArn);
      expect(emulator.store.tasks.size).to.equal(1);
    });

    it('answers the same tasks to the same request written in another order', async () => {
      const post = (body: string) =>
        fetch(emulator.url, {
          method: 'POST',
          headers: { 'X-Amz-Target': 'AmazonEC2ContainerServiceV20141113.RunTask' },
          body,
        });
      await post('{"clientToken":"token-1","taskDefinition":"web:1","overrides":{"cpu":"256","memory":"512"}}');
      await post('{"overrides":{"memory":"512","cpu":"256"},"taskDefinition":"web:1","clientToken":"token-1"}');
      expect(emulator.store.tasks.size).to.equal(1);
    });

    it('conflicts with another request, and names the tasks', async () => {
      const { taskArn } = await runOne({ clientToken: 'token-1' });
      const error = await run({ clientToken: 'token-1', startedBy: 'another' }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(ConflictException);
      expect((error as ConflictException).resourceIds).to.deep.equal([taskArn]);
    });

    it('starts one set of tasks for two requests at the same time', async () => {
      const outcomes = await Promise.allSettled([
        run({ clientToken: 'token-1', networkConfiguration: publicNetwork }),
        run({ clientToken: 'token-1', networkConfiguration: publicNetwork }),
      ]);
      expect(outcomes.some(({ status }) => status === 'fulfilled')).to.equal(true);
      expect(emulator.store.tasks.size).to.equal(1);
    });

    it('is free again when nothing was started', async () => {
      const before = { ...emulator.publicIps.provider };
      emulator.publicIps.provider.allocate = () => Promise.reject(new PublicPortsExhausted('No host port is left.'));
      const input = { clientToken: 'token-1', networkConfiguration: publicNetwork };
      expect((await run(input)).tasks).to.deep.equal([]);
      emulator.publicIps.provider.allocate = (request) => before.allocate(request);
      await runOne(input);
    });
  });
});

describe('RunTask when its tasks cannot be written', () => {
  it('fails, forgets the tasks and takes their ports back', async () => {
    const emulator = await startTaskEmulator();
    const { store, publicIps } = emulator;
    store.commit = () => Promise.reject(new Error('ENOSPC: no space left on device, write'));
    try {
      const networkConfiguration = {
        awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp: 'ENABLED' as const },
      };
      const input = { taskDefinition: 'web', networkConfiguration };
      expect(await refusal(emulator.ecs.send(new RunTaskCommand(input)))).to.match(/^ServerException/);
      expect(store.tasks.size).to.equal(0);
      expect(store.clientTokens.size).to.equal(0);
      expect(publicIps.calls.map((call) => call.split(' ')[0])).to.deep.equal(['release']);
    } finally {
      store.commit = () => Promise.resolve();
      await emulator.close();
    }
  });
});

describe('RunTask with lifecycle "instant"', () => {
  it('answers once the task is RUNNING', async () => {
    const emulator = await startTaskEmulator({ lifecycle: 'instant' });
    try {
      const { tasks } = await emulator.ecs.send(new RunTaskCommand({ taskDefinition: 'web' }));
      expect(tasks?.[0]?.lastStatus).to.equal('RUNNING');
    } finally {
      await emulator.close();
    }
  });
});

describe('RunTask under strict', () => {
  let emulator: TaskEmulator;

  before(async () => {
    emulator = await startTaskEmulator({ strict: true });
  });

  after(() => emulator.close());

  it('needs a network mode for a network configuration', async () => {
    const input = { taskDefinition: 'web', launchType: 'FARGATE', networkConfiguration: publicNetwork } as const;
    expect(await refusal(emulator.ecs.send(new RunTaskCommand(input)))).to.equal(
      'InvalidParameterException: Network Configuration is not valid for the given networkMode of this task definition.',
    );
  });

  it('needs a subnet', async () => {
    const record = taskDefinition({ family: 'vpc', networkMode: 'awsvpc' });
    emulator.store.taskDefinitions.put(record);
    const networkConfiguration = { awsvpcConfiguration: { subnets: [] } };
    const input = { taskDefinition: 'vpc:1', launchType: 'FARGATE' as const, networkConfiguration };
    expect(await refusal(emulator.ecs.send(new RunTaskCommand(input)))).to.equal(
      'InvalidParameterException: subnets can not be empty.',
    );
  });
});
