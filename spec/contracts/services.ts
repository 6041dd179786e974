import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  type NetworkConfiguration,
  type Service,
  StopTaskCommand,
  type Task,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
  waitUntilServicesInactive,
  waitUntilServicesStable,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { createEcsTasks, hostPortsOf, taskIdOf } from '../support/ecs-tasks.ts';
import type { StartedEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

export interface ServicesGround {
  /** With a state that outlives it. */
  start(): Promise<StartedEmulator>;
  readonly missingImage: string;
  /** So many tasks are replaced while their number is watched. */
  readonly rolled: number;
  /** Whether tasks outlive KECS. */
  readonly tasksGoOn: boolean;
}

const limitMs = 120_000;
const network = (assignPublicIp: 'ENABLED' | 'DISABLED'): NetworkConfiguration => ({
  awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp },
});
const web = { name: 'web', image: 'nginx:latest', portMappings: [{ containerPort: 80 }] };

/** Services as a user sees them, on whatever Kubernetes the ground has. */
export function describeServices(on: string, ground: ServicesGround): void {
  describe(`services on ${on}`, () => {
    const cluster = `services-${randomBytes(4).toString('hex')}`;
    let started: StartedEmulator;

    before(async () => {
      started = await ground.start();
      await started.emulator.whenReady();
      const tasks = await createEcsTasks(started.ecs, cluster);
      await tasks.register('web', web);
      await tasks.register('missing', { ...web, image: ground.missingImage });
    });

    after(async () => {
      await started?.ecs.send(new DeleteClusterCommand({ cluster }));
      await started?.close();
    });

    afterEach(() => remove());

    const waiting = () => ({ client: started.ecs, maxWaitTime: limitMs / 1000, minDelay: 1, maxDelay: 1 });
    const named = { cluster, services: ['web'] };
    const describe = async (): Promise<Service> => {
      const { services: [service] = [] } = await started.ecs.send(new DescribeServicesCommand(named));
      if (!service) throw new Error('DescribeServices does not know the service web.');
      return service;
    };
    const create = async (more: Partial<CreateServiceCommandInput> = {}): Promise<void> => {
      const input = { cluster, serviceName: 'web', taskDefinition: 'web', desiredCount: 2, ...more };
      await started.ecs.send(new CreateServiceCommand(input));
    };
    const update = async (more: Partial<UpdateServiceCommandInput>): Promise<void> => {
      await started.ecs.send(new UpdateServiceCommand({ cluster, service: 'web', ...more }));
    };
    const stable = async (): Promise<Service> => {
      expect((await waitUntilServicesStable(waiting(), named)).state).to.equal('SUCCESS');
      return until('a steady service', ({ events }) => events?.[0]?.message?.endsWith('a steady state.') === true);
    };
    const until = async (what: string, probe: (service: Service) => boolean): Promise<Service> => {
      let last: Service = {};
      try {
        return await waitFor(what, async () => probe((last = await describe())) && last, limitMs);
      } catch (error) {
        throw new Error(`${(error as Error).message} The service is: ${JSON.stringify(last)}`, { cause: error });
      }
    };
    const running = async (): Promise<Task[]> => {
      const { ecs } = started;
      const { taskArns: tasks = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName: 'web' }));
      if (tasks.length === 0) return [];
      return (await ecs.send(new DescribeTasksCommand({ cluster, tasks }))).tasks ?? [];
    };
    const idsOf = (tasks: readonly Task[]): string[] => tasks.map(taskIdOf);
    const remove = async (): Promise<void> => {
      const { services: [service] = [] } = await started.ecs.send(new DescribeServicesCommand(named));
      if (!service || service.status === 'INACTIVE') return;
      await started.ecs.send(new DeleteServiceCommand({ cluster, service: 'web', force: true }));
      await until('an INACTIVE service', ({ status }) => status === 'INACTIVE');
    };

    it('answer on a public port of each task, which updates take away and give again', async () => {
      await create({ networkConfiguration: network('ENABLED') });
      await stable();
      const ports = (await running()).flatMap(hostPortsOf);
      expect(new Set(ports).size).to.equal(2);
      for (const port of ports) expect((await fetch(`http://127.0.0.1:${port}/`)).status).to.equal(200);
      await update({ networkConfiguration: network('DISABLED') });
      await stable();
      expect((await running()).flatMap(hostPortsOf)).to.deep.equal([]);
      const refused = await fetch(`http://127.0.0.1:${ports[0]}/`).catch((error: Error) => error.cause);
      expect(refused).to.have.property('code', 'ECONNREFUSED');
      await update({ networkConfiguration: network('ENABLED') });
      await stable();
      const [again] = (await running()).flatMap(hostPortsOf);
      expect((await fetch(`http://127.0.0.1:${again}/`)).status).to.equal(200);
    });

    it('scale up and down, and keep what may stay', async () => {
      await create({ desiredCount: 1 });
      await stable();
      const first = idsOf(await running());
      await update({ desiredCount: 3 });
      expect(await stable()).to.include({ runningCount: 3, pendingCount: 0 });
      expect(idsOf(await running())).to.include.members(first);
      await update({ desiredCount: 1 });
      expect(await stable()).to.include({ runningCount: 1 });
    });

    it('replace a task that their user stops', async () => {
      await create({ desiredCount: 1 });
      await stable();
      const [task = ''] = idsOf(await running());
      await started.ecs.send(new StopTaskCommand({ cluster, task }));
      await until('another task', ({ runningCount, events }) => runningCount === 1 && (events?.length ?? 0) > 3);
      expect(idsOf(await running()))
        .to.have.length(1)
        .and.not.to.include(task);
    });

    it(`replace ${ground.rolled} tasks without ever leaving the minimum and the maximum`, async () => {
      const deploymentConfiguration = { minimumHealthyPercent: 75, maximumPercent: 125 };
      await create({ desiredCount: ground.rolled, deploymentConfiguration });
      await stable();
      const before = idsOf(await running());
      await update({ forceNewDeployment: true });
      const samples: Service[] = [];
      await until('the end of the deployment', (service) => {
        samples.push(service);
        return service.deployments?.length === 1 && service.deployments[0]?.rolloutState === 'COMPLETED';
      });
      const counts = samples.map(({ runningCount = 0, pendingCount = 0 }) => [
        runningCount,
        runningCount + pendingCount,
      ]);
      expect(Math.min(...counts.map(([least = 0]) => least))).to.be.at.least(Math.ceil(ground.rolled * 0.75));
      expect(Math.max(...counts.map(([, most = 0]) => most))).to.be.at.most(Math.floor(ground.rolled * 1.25));
      const tasks = await running();
      expect(idsOf(tasks)).to.have.length(ground.rolled).and.not.to.include.members(before);
      expect(new Set(tasks.map(({ startedBy }) => startedBy)).size).to.equal(1);
    });

    it('roll back to what ran before when an image cannot be pulled', async () => {
      const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: true } };
      await create({ desiredCount: 1, deploymentConfiguration });
      const { deployments: [completed] = [] } = await stable();
      const before = idsOf(await running());
      await update({ taskDefinition: 'missing' });
      await until('the rollback', ({ events = [] }) =>
        events.some(({ message = '' }) => message.includes('rolling back to deployment')),
      );
      const { deployments: [primary] = [] } = await stable();
      expect(primary).to.include({ id: completed?.id, rolloutState: 'COMPLETED' });
      expect(idsOf(await running())).to.deep.equal(before);
    });

    it('go on where they were when KECS is started again in the middle of a deployment', async () => {
      await create({ desiredCount: 3 });
      await stable();
      const before = idsOf(await running());
      await update({ forceNewDeployment: true });
      await started.close();
      started = await ground.start();
      await started.emulator.whenReady();
      const { deployments: [primary] = [] } = await stable();
      const tasks = await running();
      expect(idsOf(tasks)).to.have.length(3).and.not.to.include.members(before);
      expect(tasks.every(({ startedBy }) => startedBy === primary?.id)).to.equal(true);
    });

    it(`find their tasks ${ground.tasksGoOn ? 'running' : 'gone, and replace them,'} when KECS is started again`, async () => {
      await create();
      const { deployments: [primary] = [] } = await stable();
      const before = idsOf(await running());
      await started.close();
      started = await ground.start();
      await started.emulator.whenReady();
      const service = await stable();
      expect(service.deployments?.[0]).to.include({ id: primary?.id, failedTasks: 0 });
      const after = await waitFor('two tasks', async () => {
        const tasks = await running();
        return tasks.length === 2 && tasks.every(({ lastStatus }) => lastStatus === 'RUNNING') && idsOf(tasks);
      });
      if (ground.tasksGoOn) expect(after).to.have.members(before);
      else expect(after).not.to.include.members(before);
    });

    it('are INACTIVE when they were deleted and their tasks have stopped', async () => {
      await create();
      await stable();
      await started.ecs.send(new DeleteServiceCommand({ cluster, service: 'web', force: true }));
      expect((await waitUntilServicesInactive(waiting(), named)).state).to.equal('SUCCESS');
      expect(await running()).to.deep.equal([]);
    });
  });
}
