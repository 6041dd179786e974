import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  CreateTaskSetCommand,
  type CreateTaskSetCommandInput,
  DeleteServiceCommand,
  DeleteTaskSetCommand,
  DescribeServicesCommand,
  DescribeTaskSetsCommand,
  ListTasksCommand,
  type Service,
  type TaskSet,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
  UpdateServicePrimaryTaskSetCommand,
  UpdateTaskSetCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { usesTaskDefinition } from '../../../lib/store/service-lookups.ts';
import { refusal } from '../../support/refusal.ts';
import { type TaskEmulator, startTaskEmulator } from '../../support/task-emulator.ts';
import { waitFor } from '../../support/wait-for.ts';

const cluster = 'default';
const targetGroupArn = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/0123456789abcdef';
const loadBalancers = [{ targetGroupArn, containerName: 'web', containerPort: 80 }];
const arnOf = (resource: string): string => `arn:aws:ecs:us-east-1:000000000000:${resource}`;

describe('task sets', () => {
  let emulator: TaskEmulator;

  beforeEach(async () => {
    emulator = await startTaskEmulator();
  });

  afterEach(() => emulator.close());

  const createService = async (more: Partial<CreateServiceCommandInput> = {}): Promise<Service> => {
    const command = new CreateServiceCommand({
      serviceName: 'web',
      desiredCount: 2,
      deploymentController: { type: 'EXTERNAL' },
      ...more,
    });
    return (await emulator.ecs.send(command)).service ?? {};
  };
  const createSet = async (more: Partial<CreateTaskSetCommandInput> = {}): Promise<TaskSet> => {
    const scale = { value: 100, unit: 'PERCENT' as const };
    const command = new CreateTaskSetCommand({ cluster, service: 'web', taskDefinition: 'web', scale, ...more });
    return (await emulator.ecs.send(command)).taskSet ?? {};
  };
  const describeSets = async (...taskSets: string[]) =>
    emulator.ecs.send(new DescribeTaskSetsCommand({ cluster, service: 'web', taskSets, include: ['TAGS'] }));
  const describeSet = async ({ id = '' }: TaskSet): Promise<TaskSet> => (await describeSets(id)).taskSets?.[0] ?? {};
  const describeService = async (): Promise<Service> =>
    (await emulator.ecs.send(new DescribeServicesCommand({ services: ['web'] }))).services?.[0] ?? {};
  const scale = async ({ id: taskSet }: TaskSet, value: number) =>
    emulator.ecs.send(
      new UpdateTaskSetCommand({ cluster, service: 'web', taskSet, scale: { value, unit: 'PERCENT' } }),
    );
  const remove = async ({ id: taskSet }: TaskSet, force?: boolean) =>
    emulator.ecs.send(new DeleteTaskSetCommand({ cluster, service: 'web', taskSet, force }));
  const makePrimary = async ({ id: primaryTaskSet }: TaskSet) =>
    emulator.ecs.send(new UpdateServicePrimaryTaskSetCommand({ cluster, service: 'web', primaryTaskSet }));
  const updateService = async (more: Partial<UpdateServiceCommandInput>): Promise<Service> =>
    (await emulator.ecs.send(new UpdateServiceCommand({ service: 'web', ...more }))).service ?? {};
  const steady = async (taskSet: TaskSet, runningCount: number): Promise<TaskSet> =>
    waitFor(`${runningCount} tasks of ${taskSet.id}`, async () => {
      const now = await describeSet(taskSet);
      return now.stabilityStatus === 'STEADY_STATE' && now.runningCount === runningCount && now;
    });

  describe('validation', () => {
    const services: readonly [string, Partial<CreateServiceCommandInput>, string][] = [
      [
        'a task definition of a service with an external controller',
        { taskDefinition: 'web' },
        'InvalidParameterException: TaskDefinition must be blank',
      ],
      [
        'load balancers of a service with an external controller',
        { loadBalancers },
        'InvalidParameterException: LoadBalancers must be empty or null',
      ],
      [
        'what its task sets have',
        { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } },
        'InvalidParameterException: networkConfiguration is given to the task sets of a service with the deployment controller EXTERNAL.',
      ],
      [
        'a daemon',
        { schedulingStrategy: 'DAEMON', desiredCount: undefined },
        'InvalidParameterException: The daemon scheduling strategy does not support the deployment controller EXTERNAL.',
      ],
      [
        'a circuit breaker',
        { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } },
        'InvalidParameterException: The deployment circuit breaker needs the deployment controller ECS, but it was EXTERNAL.',
      ],
      [
        'CodeDeploy without a load balancer',
        { deploymentController: { type: 'CODE_DEPLOY' }, taskDefinition: 'web' },
        'InvalidParameterException: A service with the deployment controller CODE_DEPLOY requires an Application Load Balancer or Network Load Balancer.',
      ],
      [
        'CodeDeploy without a task definition',
        { deploymentController: { type: 'CODE_DEPLOY' }, loadBalancers },
        'InvalidParameterException: TaskDefinition can not be blank.',
      ],
    ];
    for (const [title, more, text] of services) {
      it(`refuses ${title}`, async () => {
        expect(await refusal(createService(more))).to.equal(text);
      });
    }

    it('does not know services that never were, those that ECS deploys, and those that are being deleted', async () => {
      expect(await refusal(createSet())).to.equal('ServiceNotFoundException: Service not found.');
      await createService({ deploymentController: undefined, taskDefinition: 'web', desiredCount: 0 });
      expect(await refusal(createSet())).to.equal(
        'InvalidParameterException: Services with the deployment controllers EXTERNAL and CODE_DEPLOY have task sets, but that of web is ECS.',
      );
      await emulator.ecs.send(new DeleteServiceCommand({ service: 'web' }));
      expect(await refusal(createSet())).to.equal('ServiceNotActiveException: Service was not ACTIVE.');
    });

    const sets: readonly [string, Partial<CreateTaskSetCommandInput>, string][] = [
      ['no task definition', { taskDefinition: '' }, 'InvalidParameterException: TaskDefinition can not be blank.'],
      [
        'more than all tasks',
        { scale: { value: 101, unit: 'PERCENT' } },
        'InvalidParameterException: The scale of a task set must be between 0 and 100 percent, but was 101.',
      ],
      [
        'a load balancer for a container that is not there',
        { loadBalancers: [{ targetGroupArn, containerName: 'api', containerPort: 80 }] },
        'InvalidParameterException: The container api does not exist in the task definition.',
      ],
      [
        'a client token of more than 36 characters',
        { clientToken: 'x'.repeat(37) },
        'InvalidParameterException: idempotency token longer than 36.',
      ],
    ];
    for (const [title, more, text] of sets) {
      it(`refuses a task set with ${title}`, async () => {
        await createService();
        expect(await refusal(createSet(more))).to.equal(text);
        expect((await describeSets()).taskSets).to.deep.equal([]);
      });
    }

    it('does not know task sets that never were', async () => {
      await createService();
      const text = 'TaskSetNotFoundException: The specified task set was not found.';
      expect(await refusal(scale({ id: 'ecs-svc/1' }, 1))).to.equal(text);
      expect(await refusal(remove({ id: 'ecs-svc/1' }))).to.equal(text);
      expect(await refusal(makePrimary({ id: 'ecs-svc/1' }))).to.equal(text);
      expect((await describeSets('ecs-svc/1')).failures).to.deep.equal([{ arn: 'ecs-svc/1', reason: 'MISSING' }]);
    });
  });

  describe('of a service with an external controller', () => {
    it('are none at first: the service has no deployments and no tasks', async () => {
      const service = await createService();
      expect(service).to.deep.include({
        deploymentController: { type: 'EXTERNAL' },
        deployments: [],
        taskSets: [],
        desiredCount: 2,
      });
      expect(service).not.to.have.any.keys('taskDefinition', 'currentServiceDeployment');
    });

    it('answer as AWS does', async () => {
      await createService();
      const taskSet = await createSet({
        launchType: 'FARGATE',
        externalId: 'release-1',
        scale: undefined,
        loadBalancers,
        tags: [{ key: 'team', value: 'a' }],
      });
      expect(taskSet.id).to.match(/^ecs-svc\/\d{19}$/);
      expect(taskSet).to.deep.equal({
        id: taskSet.id,
        taskSetArn: arnOf(`task-set/default/web/${taskSet.id}`),
        serviceArn: arnOf('service/default/web'),
        clusterArn: arnOf('cluster/default'),
        status: 'ACTIVE',
        taskDefinition: arnOf('task-definition/web:1'),
        computedDesiredCount: 0,
        pendingCount: 0,
        runningCount: 0,
        createdAt: taskSet.createdAt,
        updatedAt: taskSet.createdAt,
        launchType: 'FARGATE',
        platformVersion: 'LATEST',
        platformFamily: 'Linux',
        externalId: 'release-1',
        loadBalancers,
        serviceRegistries: [],
        scale: { value: 0, unit: 'PERCENT' },
        stabilityStatus: 'STEADY_STATE',
        stabilityStatusAt: taskSet.stabilityStatusAt,
        tags: [{ key: 'team', value: 'a' }],
      });
    });

    it('run their share of the desired count, rounded up, and follow both', async () => {
      await createService({ desiredCount: 3 });
      const taskSet = await createSet({ scale: { value: 50, unit: 'PERCENT' } });
      expect(taskSet).to.include({ computedDesiredCount: 2, stabilityStatus: 'STABILIZING' });
      await steady(taskSet, 2);
      const { taskArns } = await emulator.ecs.send(new ListTasksCommand({ startedBy: taskSet.id }));
      expect(taskArns).to.have.length(2);
      expect(await describeService()).to.include({ runningCount: 2, desiredCount: 3 });
      await scale(taskSet, 100);
      await steady(taskSet, 3);
      await updateService({ desiredCount: 1 });
      await steady(taskSet, 1);
      await scale(taskSet, 0);
      await steady(taskSet, 0);
    });

    it('replace tasks that end', async () => {
      await createService({ desiredCount: 1 });
      const taskSet = await createSet();
      await steady(taskSet, 1);
      const { taskArns: [first = ''] = [] } = await emulator.ecs.send(new ListTasksCommand({ startedBy: taskSet.id }));
      emulator.runtime.tellExited(first, 1);
      await waitFor('another task', async () => {
        const { taskArns = [] } = await emulator.ecs.send(new ListTasksCommand({ startedBy: taskSet.id }));
        return taskArns.length === 1 && taskArns[0] !== first;
      });
    });

    it('wait longer and longer while their tasks fail to start', async () => {
      emulator.runtime.onRun = async ({ taskArn }) => emulator.runtime.tellExited(taskArn, 1);
      await createService({ desiredCount: 1 });
      const taskSet = await createSet();
      await waitFor('three tries', () => emulator.runtime.launches.length >= 3);
      const record = emulator.store.services.get(arnOf('service/default/web'));
      const { retry } = record?.taskSets?.find(({ id }) => id === taskSet.id) ?? {};
      expect(retry?.rounds).to.be.at.least(2);
      expect(emulator.runtime.launches.length).to.be.lessThan(6);
    });

    it('swap: the service shows what the primary one runs', async () => {
      await createService();
      const blue = await createSet();
      await makePrimary(blue);
      await steady(blue, 2);
      const green = await createSet({ launchType: 'EC2', externalId: 'green' });
      await steady(green, 2);
      expect((await describeService()).taskSets?.map(({ status }) => status)).to.deep.equal(['PRIMARY', 'ACTIVE']);
      await makePrimary(green);
      const service = await describeService();
      expect(service.taskSets?.map(({ status }) => status)).to.deep.equal(['ACTIVE', 'PRIMARY']);
      expect(service).to.include({ launchType: 'EC2', taskDefinition: arnOf('task-definition/web:1') });
      await remove(blue, true);
      await waitFor('the end of the blue one', async () => (await describeSets()).taskSets?.length === 1);
      expect(await describeService()).to.include({ runningCount: 2 });
    });

    it('are deleted when they are scaled to 0, or by force', async () => {
      await createService();
      const taskSet = await createSet();
      expect(await refusal(remove(taskSet))).to.equal(
        `InvalidParameterException: The task set ${taskSet.id} cannot be deleted while it is scaled above 0: scale it down, or use force.`,
      );
      await scale(taskSet, 0);
      expect((await remove(taskSet)).taskSet?.status).to.equal('DRAINING');
      await waitFor('no task sets', async () => (await describeSets()).taskSets?.length === 0);
    });

    it('cannot become the primary one while they are deleted', async () => {
      emulator.runtime.onStop = async () => undefined;
      await createService({ desiredCount: 1 });
      const taskSet = await createSet();
      await steady(taskSet, 1);
      await remove(taskSet, true);
      expect(await refusal(makePrimary(taskSet))).to.equal(
        `InvalidParameterException: The task set ${taskSet.id} is DRAINING: it cannot become the primary one.`,
      );
    });

    it('keep the task definition that they run', async () => {
      await createService();
      const taskSet = await createSet();
      const arn = taskSet.taskDefinition ?? '';
      expect(usesTaskDefinition(emulator.store, arn)).to.equal(true);
      await remove(taskSet, true);
      await waitFor('no task sets', async () => (await describeSets()).taskSets?.length === 0);
      expect(usesTaskDefinition(emulator.store, arn)).to.equal(false);
    });

    it('are answered again to a call that is repeated with its client token', async () => {
      await createService();
      const first = await createSet({ clientToken: 'one' });
      expect((await createSet({ clientToken: 'one' })).id).to.equal(first.id);
      expect((await describeSets()).taskSets).to.have.length(1);
      expect(await refusal(createSet({ clientToken: 'one', externalId: 'x' }))).to.equal(
        'InvalidParameterException: Creation of task set was not idempotent.',
      );
    });

    it('must go before their service does, unless it is forced to', async () => {
      await createService();
      await steady(await createSet(), 2);
      expect(await refusal(emulator.ecs.send(new DeleteServiceCommand({ service: 'web' })))).to.equal(
        'InvalidParameterException: The service cannot be stopped while deployments are active.',
      );
      await emulator.ecs.send(new DeleteServiceCommand({ service: 'web', force: true }));
      await waitFor('the end of the service', async () => (await describeService()).status === 'INACTIVE');
      expect(await describeService()).to.deep.include({ runningCount: 0, taskSets: [] });
    });

    it('tell of themselves in the events of the service', async () => {
      await createService({ desiredCount: 1 });
      const taskSet = await createSet();
      await waitFor('a steady state', async () => {
        const { events = [] } = await describeService();
        return events[0]?.message === '(service web) has reached a steady state.' && events;
      });
      const { events = [] } = await describeService();
      expect(events[1]?.message).to.match(
        new RegExp(`^\\(service web, taskSet ${taskSet.id}\\) has started 1 tasks: \\(task [0-9a-f]{32}\\)\\.$`),
      );
    });
  });

  describe('of a service that CodeDeploy deploys', () => {
    const create = async (): Promise<Service> =>
      createService({ deploymentController: { type: 'CODE_DEPLOY' }, taskDefinition: 'web', loadBalancers });

    it('are one at first, which has all tasks', async () => {
      const { taskSets: [first = {}] = [], ...service } = await create();
      expect(service).to.deep.include({ deployments: [], taskDefinition: arnOf('task-definition/web:1') });
      expect(first).to.deep.include({
        status: 'PRIMARY',
        startedBy: 'CODE_DEPLOY',
        scale: { value: 100, unit: 'PERCENT' },
        loadBalancers,
      });
      await steady(first, 2);
    });

    const refused: readonly [string, Partial<UpdateServiceCommandInput>, string][] = [
      [
        'another task definition',
        { taskDefinition: 'web:1' },
        'Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.',
      ],
      [
        'another network',
        { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } },
        'Unable to update network parameters on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.',
      ],
      [
        'a forced deployment',
        { forceNewDeployment: true },
        'Cannot force a new deployment on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.',
      ],
    ];
    for (const [title, more, text] of refused) {
      it(`do not get ${title} from UpdateService`, async () => {
        await create();
        expect(await refusal(updateService(more))).to.equal(`InvalidParameterException: ${text}`);
      });
    }

    it('are scaled with the service, which keeps its role', async () => {
      const { taskSets: [first = {}] = [], roleArn } = await create();
      expect(await updateService({ desiredCount: 3, propagateTags: 'SERVICE' })).to.include({
        desiredCount: 3,
        propagateTags: 'SERVICE',
        roleArn,
      });
      await steady(first, 3);
    });
  });
});
