import {
  StopServiceDeploymentCommand,
  StopTaskCommand,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { containerInstanceArn } from '../../lib/model/container-instance.ts';
import { PublicPortsExhausted } from '../../lib/public-ip/public-ip-provider.ts';
import type { ContainerObservation } from '../../lib/runtime/task-runtime.ts';
import { node } from '../support/node.ts';
import { type ServiceEmulator, idsOf, startServiceEmulator } from '../support/service-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };
const checked = [{ name: 'web', image: 'nginx', healthCheck: { command: ['CMD-SHELL', 'true'] } }];

describe('service scheduler', () => {
  let service: ServiceEmulator;

  beforeEach(async () => {
    service = await startServiceEmulator();
  });

  afterEach(() => service.close());

  /** From now on the containers of each new task end like this. */
  const failing = (reason = 'CannotPullContainerError: no such image'): void => {
    service.runtime.onRun = async ({ taskArn }) =>
      service.runtime.tell(taskArn, { failure: { stopCode: 'TaskFailedToStart', reason } });
  };
  const working = (): void => {
    service.runtime.onRun = async ({ taskArn }) => service.runtime.tellRunning(taskArn);
  };
  const healthOf = (taskArn: string, health: ContainerObservation['health']): void => {
    const containers = [{ name: 'web', state: 'running', startedAt: 1000, ...(health && { health }) } as const];
    service.runtime.tell(taskArn, { present: true, ready: true, address: '10.42.0.7', containers });
  };
  const stopped = (count: number): Promise<unknown> =>
    service.until(`${count} stopped tasks`, async () => (await service.tasks('STOPPED')).length >= count);

  describe('a new service', () => {
    it('has its tasks running, one PRIMARY deployment, and says so in the words of AWS', async () => {
      await service.create();
      const { deployments: [primary] = [], ...described } = await service.steady();
      expect(described).to.include({ desiredCount: 2, runningCount: 2, pendingCount: 0, status: 'ACTIVE' });
      expect(primary).to.include({ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2, failedTasks: 0 });
      expect(primary?.rolloutStateReason).to.equal(`ECS deployment ${primary?.id} completed.`);
      const [one, two] = idsOf(await service.tasks());
      expect(await service.messages()).to.deep.equal([
        `(service web) has started 2 tasks: (task ${one}) (task ${two}).`,
        `(service web) (deployment ${primary?.id}) deployment completed.`,
        '(service web) has reached a steady state.',
      ]);
    });

    it('gives its tasks their group, the deployment that started them, and its tags', async () => {
      const tags = [{ key: 'team', value: 'a' }];
      await service.create({
        tags,
        propagateTags: 'SERVICE',
        enableECSManagedTags: true,
        enableExecuteCommand: true,
        desiredCount: 1,
      });
      const { deployments: [primary] = [] } = await service.steady();
      const [task] = await service.tasks();
      expect(task).to.include({ group: 'service:web', startedBy: primary?.id, enableExecuteCommand: true });
      expect(task?.tags).to.deep.equal([
        ...tags,
        { key: 'aws:ecs:serviceName', value: 'web' },
        { key: 'aws:ecs:clusterName', value: 'default' },
      ]);
    });

    it('hands on the tags of the task definition where that is asked for', async () => {
      const record = service.store.taskDefinitions.get('arn:aws:ecs:us-east-1:000000000000:task-definition/web:1');
      if (record) service.store.taskDefinitions.put({ ...record, tags: [{ key: 'of', value: 'definition' }] });
      await service.create({ propagateTags: 'TASK_DEFINITION', desiredCount: 1 });
      await service.steady();
      expect((await service.tasks())[0]?.tags).to.deep.equal([{ key: 'of', value: 'definition' }]);
    });

    it('starts many tasks in batches of a hundred', async () => {
      await service.create({ desiredCount: 250 });
      await service.steady();
      const started = (await service.messages()).flatMap(
        (message) => /has started (\d+) tasks/.exec(message)?.[1] ?? [],
      );
      expect(started).to.deep.equal(['100', '100', '50']);
    });

    it('is steady without tasks where none are wanted', async () => {
      await service.create({ desiredCount: 0 });
      expect(await service.steady()).to.include({ runningCount: 0 });
    });

    it('spreads its tasks over its capacity providers as their weights say', async () => {
      const record = service.store.clusters.get('arn:aws:ecs:us-east-1:000000000000:cluster/default');
      if (record) service.store.clusters.put({ ...record, capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
      const capacityProviderStrategy = [
        { capacityProvider: 'FARGATE', base: 1, weight: 1 },
        { capacityProvider: 'FARGATE_SPOT', weight: 1 },
      ];
      await service.create({ capacityProviderStrategy, desiredCount: 1 });
      await service.steady();
      await service.update({ desiredCount: 3 });
      await service.steady();
      const names = (await service.tasks()).map(({ capacityProviderName }) => capacityProviderName);
      expect(names).to.have.members(['FARGATE', 'FARGATE', 'FARGATE_SPOT']);
    });

    it('leaves no timer and no work behind once it is steady', async () => {
      await service.create();
      await service.steady();
      const record = [...service.store.services.values()][0];
      service.clock.advance(60);
      expect(service.clock.timers).to.equal(0);
      expect([...service.store.services.values()][0]).to.equal(record);
    });
  });

  describe('scaling', () => {
    it('starts more tasks', async () => {
      await service.create();
      await service.steady();
      const before = idsOf(await service.tasks());
      await service.update({ desiredCount: 4 });
      await service.steady();
      expect(idsOf(await service.tasks()))
        .to.have.length(4)
        .and.include.members(before);
    });

    it('stops tasks, with the reason that AWS gives', async () => {
      await service.create();
      const { deployments: [primary] = [] } = await service.steady();
      await service.update({ desiredCount: 1 });
      await service.steady();
      const [gone] = await service.tasks('STOPPED');
      expect(gone).to.include({
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: `Scaling activity initiated by (deployment ${primary?.id})`,
      });
      expect((await service.messages()).slice(-2)).to.deep.equal([
        `(service web) has stopped 1 running tasks: (task ${idsOf([gone ?? {}])[0]}).`,
        '(service web) has reached a steady state.',
      ]);
    });

    it('leaves a protected task alone until its protection ends', async () => {
      await service.create();
      const { deployments: [primary] = [] } = await service.steady();
      const protectedUntil = service.clock.now() + 600;
      for (const record of service.store.tasks.values()) service.store.tasks.put({ ...record, protectedUntil });
      await service.update({ desiredCount: 0 });
      const told = `(service web) was unable to reach steady state because (taskSet ${primary?.id}) was unable to scale in due to (reason 2 tasks under protection)`;
      await service.until('word of the protection', ({ events }) => events?.[0]?.message === told);
      expect(await service.describe()).to.include({ runningCount: 2, desiredCount: 0 });
      service.clock.advance(600);
      await service.steady();
    });
  });

  describe('a task that ends', () => {
    it('is replaced when its user stopped it', async () => {
      await service.create();
      await service.steady();
      const [first] = idsOf(await service.tasks());
      await service.ecs.send(new StopTaskCommand({ task: first }));
      await service.until('a replacement', async ({ runningCount }) => {
        return runningCount === 2 && !idsOf(await service.tasks()).includes(first ?? '');
      });
      expect((await service.steady()).deployments?.[0]?.failedTasks).to.equal(0);
    });

    it('is replaced at once when it had run for a while', async () => {
      await service.create({ desiredCount: 1 });
      await service.steady();
      const [first] = await service.tasks();
      service.clock.advance(3600);
      const containers = [{ name: 'web', state: 'stopped', exitCode: 1, finishedAt: service.clock.now() }] as const;
      service.runtime.tell(first?.taskArn ?? '', { ready: false, containers });
      await service.until('a replacement', () => service.runtime.launches.length === 2);
      await service.steady();
    });

    it('is replaced ever more slowly when it never starts, and the service says that it cannot', async () => {
      failing();
      await service.create({ desiredCount: 1 });
      const begun = service.clock.now();
      await service.until('six launches', () => service.runtime.launches.length === 6);
      expect(service.clock.now() - begun).to.be.at.least(1 + 2 + 4 + 8 + 16);
      const said = await service.messages();
      const throttled = '(service web) is unable to consistently start tasks successfully.';
      expect(said.filter((message) => message === throttled)).to.have.length(1);
      expect((await service.describe()).deployments?.[0]).to.include({ rolloutState: 'IN_PROGRESS' });
    });

    it('is no longer waited for with a new deployment', async () => {
      failing();
      await service.create({ desiredCount: 1 });
      await service.until('the throttle', async () => (await service.describe()).deployments?.[0]?.failedTasks === 5);
      working();
      await service.update({ forceNewDeployment: true });
      const launches = service.runtime.launches.length;
      await service.until('the new task', () => service.runtime.launches.length > launches);
      const { deployments = [] } = await service.steady();
      expect(deployments[0]).to.include({ failedTasks: 0, rolloutState: 'COMPLETED' });
    });

    it('is counted no more once a task runs well', async () => {
      failing();
      await service.create({ desiredCount: 1 });
      await service.until('two failures', ({ deployments }) => deployments?.[0]?.failedTasks === 2);
      working();
      await service.until('a task', ({ runningCount }) => runningCount === 1);
      expect((await service.describe()).deployments?.[0]).to.include({ rolloutState: 'IN_PROGRESS', failedTasks: 2 });
      const { deployments = [] } = await service.steady();
      expect(deployments[0]).to.include({ failedTasks: 0, rolloutState: 'COMPLETED' });
    });
  });

  describe('a rolling update', () => {
    beforeEach(() => service.register(2));

    it('ends with tasks of the new definition and one deployment', async () => {
      await service.create();
      const { deployments: [before] = [] } = await service.steady();
      await service.update({ taskDefinition: 'web:2' });
      const { deployments: [primary] = [] } = await service.steady();
      expect(primary?.id).not.to.equal(before?.id);
      const tasks = await service.tasks();
      expect(tasks.map(({ taskDefinitionArn }) => taskDefinitionArn?.split('/')[1])).to.deep.equal(['web:2', 'web:2']);
      expect(tasks.every(({ startedBy }) => startedBy === primary?.id)).to.equal(true);
      expect((await service.history()).map(({ status }) => status)).to.deep.equal(['SUCCESSFUL', 'SUCCESSFUL']);
    });

    it('keeps the older deployment until its tasks have stopped', async () => {
      await service.create({ desiredCount: 1 });
      await service.steady();
      service.runtime.onStop = async () => undefined;
      await service.update({ taskDefinition: 'web:2' });
      const { deployments: [primary, older] = [] } = await service.until(
        'a task on its way down',
        ({ deployments }) => deployments?.[1]?.runningCount === 0,
      );
      expect(primary).to.include({ status: 'PRIMARY', rolloutState: 'IN_PROGRESS', runningCount: 1 });
      expect(older).to.include({ status: 'ACTIVE', runningCount: 0 });
      for (const taskArn of service.runtime.stops) service.runtime.tell(taskArn, { present: false });
      await service.steady();
    });

    it('starts nothing beyond the maximum and stops nothing below the minimum', async () => {
      await service.create({
        desiredCount: 4,
        deploymentConfiguration: { minimumHealthyPercent: 75, maximumPercent: 125 },
      });
      await service.steady();
      service.runtime.onRun = async () => undefined;
      await service.update({ taskDefinition: 'web:2' });
      const waiting = await service.until('a pending task', ({ pendingCount }) => pendingCount === 2);
      expect(waiting).to.include({ runningCount: 3 });
      working();
      for (const { taskArn } of service.runtime.launches.slice(4)) service.runtime.tellRunning(taskArn);
      await service.steady();
    });

    it('says so when its configuration lets it do nothing', async () => {
      // Of one task, 50 % are rounded up to one.
      const deploymentConfiguration = { minimumHealthyPercent: 50, maximumPercent: 100 };
      await service.create({ deploymentConfiguration, desiredCount: 1 });
      await service.steady();
      await service.update({ taskDefinition: 'web:2' });
      const told =
        '(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.';
      await service.until('word of it', ({ events }) => events?.[0]?.message === told);
    });

    it('gives up for a newer one', async () => {
      service.register(3);
      await service.create();
      await service.steady();
      service.runtime.onRun = async () => undefined;
      await service.update({ taskDefinition: 'web:2' });
      await service.until('two pending tasks', ({ pendingCount }) => pendingCount === 2);
      working();
      await service.update({ taskDefinition: 'web:3' });
      await service.steady();
      expect(await service.messages()).to.include('(service web) stopped 2 pending tasks.');
      expect((await service.history()).map(({ status }) => status)).to.deep.equal([
        'SUCCESSFUL',
        'STOPPED',
        'SUCCESSFUL',
      ]);
    });
  });

  describe('health checks', () => {
    beforeEach(() => {
      service.register(1, { containerDefinitions: checked });
      service.runtime.onRun = async ({ taskArn }) => healthOf(taskArn, 'UNKNOWN');
    });

    it('are waited for', async () => {
      await service.create({ desiredCount: 1 });
      await service.until('a running task', ({ runningCount }) => runningCount === 1);
      service.clock.advance(60);
      expect((await service.describe()).deployments?.[0]?.rolloutState).to.equal('IN_PROGRESS');
      healthOf(service.runtime.launches[0]?.taskArn ?? '', 'HEALTHY');
      await service.steady();
    });

    it('replace a task that fails them, once another is healthy', async () => {
      await service.create({ desiredCount: 1 });
      await service.until('a running task', ({ runningCount }) => runningCount === 1);
      const [first] = service.runtime.launches;
      healthOf(first?.taskArn ?? '', 'HEALTHY');
      await service.steady();
      healthOf(first?.taskArn ?? '', 'UNHEALTHY');
      await service.until('a replacement', ({ runningCount }) => runningCount === 2);
      const second = service.runtime.launches[1];
      expect((await service.messages()).at(-1)).to.equal(
        `(service web) has started 1 tasks: (task ${second?.taskId}). Amazon ECS replaced 1 tasks due to an unhealthy status.`,
      );
      healthOf(second?.taskArn ?? '', 'HEALTHY');
      await stopped(1);
      const [gone] = await service.tasks('STOPPED');
      expect(gone).to.include({
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Task failed container health checks',
      });
      expect((await service.messages()).slice(4, 6)).to.deep.equal([
        `(service web) (task ${first?.taskId}) failed container health checks.`,
        `(service web) has stopped 1 running tasks: (task ${first?.taskId}).`,
      ]);
    });

    it('are not held against a task in its grace period', async () => {
      service.runtime.onRun = async ({ taskArn }) => healthOf(taskArn, 'UNHEALTHY');
      await service.create({ desiredCount: 1, healthCheckGracePeriodSeconds: 300 });
      const { startedAt } = await waitFor('a running task', async () => {
        service.clock.advance(0.1);
        return (await service.tasks()).find(({ lastStatus }) => lastStatus === 'RUNNING');
      });
      service.clock.advance((startedAt?.getTime() ?? 0) / 1000 + 299 - service.clock.now());
      await service.until('some time', () => true);
      expect(service.runtime.launches).to.have.length(1);
      await service.until('a replacement', () => service.runtime.launches.length === 2);
      expect(service.clock.now()).to.be.at.least((startedAt?.getTime() ?? 0) / 1000 + 300);
    });
  });

  describe('nodes', () => {
    const nodesOf = async (): Promise<(string | undefined)[]> => {
      const names = new Map([...service.store.tasks.values()].map(({ arn, nodeName }) => [arn, nodeName]));
      return (await service.tasks()).map(({ taskArn = '' }) => names.get(taskArn));
    };
    const change = async (status: 'ACTIVE' | 'DRAINING', nodeName: string): Promise<void> => {
      const [cluster] = service.store.clusters.values();
      const containerInstances = [containerInstanceArn(cluster ?? { arn: '', name: '' }, nodeName)];
      await service.ecs.send(new UpdateContainerInstancesStateCommand({ containerInstances, status }));
    };
    const daemon = { schedulingStrategy: 'DAEMON', desiredCount: undefined } as const;

    beforeEach(() => {
      service.nodes = [node('node-a'), node('node-b')];
    });

    it('each have a task of a DAEMON service, which follows as they come and drain', async () => {
      await service.create(daemon);
      expect(await service.steady()).to.include({ desiredCount: 2 });
      expect(await nodesOf()).to.have.members(['node-a', 'node-b']);
      service.nodes = [node('node-a'), node('node-b'), node('node-c'), node('node-d', { ready: false })];
      await service.until('a third task', ({ runningCount }) => runningCount === 3);
      expect(await nodesOf()).to.have.members(['node-a', 'node-b', 'node-c']);
      await change('DRAINING', 'node-b');
      await service.until('two tasks', ({ desiredCount, runningCount }) => desiredCount === 2 && runningCount === 2);
      expect(await nodesOf()).to.have.members(['node-a', 'node-c']);
      await change('ACTIVE', 'node-b');
      await service.until('three tasks', ({ runningCount }) => runningCount === 3);
    });

    it('have a task of a DAEMON service only where its constraints allow it', async () => {
      service.nodes = [node('node-a', { instanceType: 'm5.large' }), node('node-b', { instanceType: 't3.small' })];
      const expression = 'attribute:ecs.instance-type == t3.small';
      await service.create({ ...daemon, placementConstraints: [{ type: 'memberOf', expression }] });
      await service.steady();
      expect(await nodesOf()).to.deep.equal(['node-b']);
    });

    it('keep one task each while a DAEMON service is deployed anew', async () => {
      await service.create(daemon);
      await service.steady();
      await service.update({ forceNewDeployment: true });
      await service.steady();
      expect(await nodesOf()).to.have.members(['node-a', 'node-b']);
    });

    it('that drain lose their tasks to the others, new ones first', async () => {
      await service.create();
      await service.steady();
      expect(await nodesOf()).to.have.members(['node-a', 'node-b']);
      service.runtime.onRun = async () => undefined;
      await change('DRAINING', 'node-a');
      expect(await service.until('a new task', ({ pendingCount }) => pendingCount === 1)).to.include({
        runningCount: 2,
      });
      service.runtime.tellRunning(service.runtime.launches.at(-1)?.taskArn ?? '');
      await service.steady();
      await service.until('two tasks', ({ runningCount }) => runningCount === 2);
      expect(await nodesOf()).to.deep.equal(['node-b', 'node-b']);
    });
  });

  describe('a circuit breaker', () => {
    it('gives a first deployment up that it cannot roll back', async () => {
      failing();
      await service.create({ desiredCount: 1, deploymentConfiguration: breaker });
      const { deployments: [primary] = [] } = await service.until(
        'the failure',
        ({ deployments }) => deployments?.[0]?.rolloutState === 'FAILED',
      );
      expect(primary).to.include({
        failedTasks: 3,
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
      });
      expect(await service.messages()).to.include(
        `(service web) (deployment ${primary?.id}) deployment failed: tasks failed to start.`,
      );
      const [history] = await service.history();
      expect(history).to.include({ status: 'STOPPED' });
      expect(history?.deploymentCircuitBreaker).to.include({ status: 'TRIGGERED', failureCount: 3, threshold: 3 });
      const launches = service.runtime.launches.length;
      service.clock.advance(3600);
      await service.until('some time', () => true);
      expect(service.runtime.launches).to.have.length(launches);
    });

    it('rolls back to the deployment that was completed last, whose tasks stay', async () => {
      await service.create({ deploymentConfiguration: breaker });
      const { deployments: [completed] = [] } = await service.steady();
      const before = idsOf(await service.tasks());
      failing();
      service.register(2);
      await service.update({ taskDefinition: 'web:2' });
      await service.until('the rollback', ({ deployments }) => deployments?.[0]?.id === completed?.id);
      await service.steady();
      expect(idsOf(await service.tasks())).to.have.members(before);
      const said = await service.messages();
      expect(said).to.include(`(service web) rolling back to deployment ${completed?.id}.`);
      expect(said.slice(-2)).to.deep.equal([
        `(service web) (deployment ${completed?.id}) deployment completed.`,
        '(service web) has reached a steady state.',
      ]);
      const [history] = await service.history();
      expect(history).to.include({ status: 'ROLLBACK_SUCCESSFUL' });
      expect(history?.rollback?.serviceRevisionArn).to.equal(history?.sourceServiceRevisions?.[0]?.arn);
    });

    it('shows the failed deployment until its tasks have stopped', async () => {
      await service.create({ desiredCount: 4, deploymentConfiguration: breaker });
      const { deployments: [completed] = [] } = await service.steady();
      service.runtime.onStop = async () => undefined;
      service.runtime.onRun = async ({ taskArn }) => {
        if (service.runtime.launches.length === 8) return;
        service.runtime.tell(taskArn, { failure: { stopCode: 'TaskFailedToStart', reason: 'No.' }, present: false });
      };
      service.register(2);
      await service.update({ taskDefinition: 'web:2' });
      const { deployments: [primary, failed] = [] } = await service.until(
        'the rollback',
        ({ deployments }) => deployments?.[0]?.id === completed?.id,
      );
      expect(primary?.rolloutStateReason).to.equal(
        `ECS deployment circuit breaker: rolling back to deploymentId ${completed?.id}.`,
      );
      expect(failed).to.include({
        status: 'ACTIVE',
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
      });
    });

    it('rolls back also where no older task is left', async () => {
      const deploymentConfiguration = { ...breaker, minimumHealthyPercent: 0, maximumPercent: 100 };
      await service.create({ deploymentConfiguration, desiredCount: 1 });
      const { deployments: [completed] = [] } = await service.steady();
      service.runtime.onRun = async ({ taskArn, definition }) =>
        definition.revision === 1
          ? service.runtime.tellRunning(taskArn)
          : service.runtime.tell(taskArn, { failure: { stopCode: 'TaskFailedToStart', reason: 'No.' } });
      service.register(2);
      await service.update({ taskDefinition: 'web:2' });
      await service.until('a failure', ({ deployments }) => (deployments?.[0]?.failedTasks ?? 0) > 0);
      await service.until('the rollback', ({ deployments }) => deployments?.[0]?.id === completed?.id);
      const { deployments: [primary] = [] } = await service.steady();
      expect(primary).to.include({
        id: completed?.id,
        rolloutState: 'COMPLETED',
        taskDefinition: completed?.taskDefinition,
      });
    });

    it('gives up a rollback that fails, too', async () => {
      await service.create({ deploymentConfiguration: { ...breaker, minimumHealthyPercent: 0, maximumPercent: 100 } });
      await service.steady();
      failing();
      service.register(2);
      await service.update({ taskDefinition: 'web:2' });
      await service.until('the end', async () => (await service.history())[0]?.status === 'ROLLBACK_FAILED');
      expect((await service.describe()).deployments?.[0]).to.include({ rolloutState: 'FAILED' });
    });
  });

  describe('a deployment that is stopped by its user', () => {
    const stop = async (stopType: 'ROLLBACK' | 'ABORT'): Promise<void> => {
      const [{ serviceDeploymentArn } = {}] = await service.history();
      await service.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType }));
    };

    beforeEach(async () => {
      await service.create();
      await service.steady();
      service.runtime.onRun = async () => undefined;
      service.register(2);
      await service.update({ taskDefinition: 'web:2' });
      await service.until('pending tasks', ({ pendingCount }) => pendingCount === 2);
    });

    it('is rolled back', async () => {
      await stop('ROLLBACK');
      const { deployments: [primary] = [] } = await service.steady();
      expect(primary?.taskDefinition).to.match(/web:1$/);
      expect((await service.history())[0]).to.include({ status: 'ROLLBACK_SUCCESSFUL' });
      expect(await service.messages()).to.include('(service web) stopped 2 pending tasks.');
    });

    it('starts no more tasks when it is aborted', async () => {
      await stop('ABORT');
      await service.until('the end', async () => (await service.history())[0]?.status === 'STOPPED');
      const [launched] = service.runtime.launches.slice(2);
      service.runtime.tell(launched?.taskArn ?? '', { present: false });
      await service.until('a stopped task', async () => (await service.tasks('STOPPED')).length === 1);
      service.clock.advance(3600);
      await service.until('some time', () => true);
      expect(service.runtime.launches).to.have.length(4);
      expect(await service.describe()).to.include({ runningCount: 2 });
    });
  });

  describe('public ports', () => {
    const networkConfiguration = (assignPublicIp: 'ENABLED' | 'DISABLED') => ({
      awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp },
    });
    const portsOf = async (): Promise<(number | undefined)[]> =>
      (await service.tasks()).map(({ containers }) => containers?.[0]?.networkBindings?.[0]?.hostPort);

    it('are given to each task, and taken and given by a new deployment', async () => {
      await service.create({ networkConfiguration: networkConfiguration('ENABLED') });
      await service.steady();
      expect(new Set(await portsOf()).size).to.equal(2);
      await service.update({ networkConfiguration: networkConfiguration('DISABLED') });
      await service.steady();
      expect(await portsOf()).to.deep.equal([undefined, undefined]);
      await service.update({ networkConfiguration: networkConfiguration('ENABLED') });
      await service.steady();
      expect(new Set((await portsOf()).filter((port) => port !== undefined)).size).to.equal(2);
    });

    it('that are exhausted keep a task from being placed until there are some', async () => {
      const { provider } = service.publicIps;
      const { allocate } = provider;
      provider.allocate = () => Promise.reject(new PublicPortsExhausted('All host ports 32000-32000 are in use.'));
      await service.create({ networkConfiguration: networkConfiguration('ENABLED'), desiredCount: 1 });
      await service.until('word of it', async () =>
        (await service.messages()).includes(
          '(service web) was unable to place a task. Reason: All host ports 32000-32000 are in use.',
        ),
      );
      provider.allocate = allocate;
      await service.steady();
    });

    it('that cannot be allocated are asked for again', async () => {
      const { provider } = service.publicIps;
      const { allocate } = provider;
      provider.allocate = () => Promise.reject(new Error('The API server is away.'));
      await service.create({ networkConfiguration: networkConfiguration('ENABLED'), desiredCount: 1 });
      await service.until('word of it', async () =>
        (await service.messages()).includes(
          '(service web) failed to launch a task with (error The API server is away.).',
        ),
      );
      provider.allocate = allocate;
      await service.steady();
    });
  });

  describe('deletion', () => {
    it('stops all tasks, protected ones too, and is INACTIVE when they have stopped', async () => {
      await service.create();
      await service.steady();
      const protectedUntil = service.clock.now() + 600;
      for (const record of service.store.tasks.values()) service.store.tasks.put({ ...record, protectedUntil });
      service.runtime.onStop = async () => undefined;
      await service.remove();
      await service.until('tasks on their way down', () => service.runtime.stops.length === 2);
      expect(await service.describe()).to.include({ status: 'DRAINING', desiredCount: 0 });
      for (const taskArn of service.runtime.stops) service.runtime.tell(taskArn, { present: false });
      await service.until('an INACTIVE service', ({ status }) => status === 'INACTIVE');
    });

    it('is forgotten after an hour, unless there is another of its name', async () => {
      await service.create();
      await service.steady();
      await service.remove();
      await service.until('an INACTIVE service', ({ status }) => status === 'INACTIVE');
      service.clock.advance(3599);
      expect((await service.describe()).status).to.equal('INACTIVE');
      await service.create();
      service.clock.advance(3600);
      expect(await service.steady()).to.include({ status: 'ACTIVE' });
      await service.remove();
      await service.until('an INACTIVE service', ({ status }) => status === 'INACTIVE');
      service.clock.advance(3600);
      await service.until('no service', ({ status }) => status === undefined);
      expect([service.store.serviceRevisions.size, service.store.serviceDeployments.size]).to.deep.equal([0, 0]);
    });
  });
});
