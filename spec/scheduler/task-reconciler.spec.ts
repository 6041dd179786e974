import { expect } from 'chai';
import { requestStop } from '../../lib/model/task-progress.ts';
import type { NewTask } from '../../lib/model/task-record.ts';
import type { Task, TaskRecord } from '../../lib/model/task.ts';
import { PublicIpUnavailable, PublicPortsExhausted } from '../../lib/public-ip/public-ip-provider.ts';
import { TaskRefused } from '../../lib/runtime/task-runtime.ts';
import { type TaskReconciler, createTaskReconciler } from '../../lib/scheduler/task-reconciler.ts';
import { openStore } from '../../lib/store/json-store.ts';
import type { Store } from '../../lib/store/store.ts';
import { silentLog } from '../../lib/util/log.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type ScriptedPublicIps, scriptedPublicIps } from '../support/scripted-public-ips.ts';
import { ScriptedRuntime, observed } from '../support/scripted-runtime.ts';
import { acceptedTask, publicPort, taskDefinition } from '../support/task-records.ts';
import { waitFor } from '../support/wait-for.ts';

describe('task reconciler', () => {
  let store: Store;
  let runtime: ScriptedRuntime;
  let publicIps: ScriptedPublicIps;
  let clock: ManualClock;
  let reconciler: TaskReconciler;

  beforeEach(async () => {
    store = await openStore({ warn: () => undefined });
    store.taskDefinitions.put(taskDefinition());
    runtime = new ScriptedRuntime();
    publicIps = scriptedPublicIps();
    clock = new ManualClock();
    reconciler = createTaskReconciler({ store, runtime: Promise.resolve(runtime), publicIps, log: silentLog, clock });
  });

  afterEach(() => reconciler.stop());

  const accept = (more: Partial<NewTask> = {}): TaskRecord => {
    const record = acceptedTask(more);
    store.tasks.put(record);
    reconciler.wakeTask(record.arn);
    return record;
  };
  const taskOf = ({ arn }: TaskRecord): Task | undefined => store.tasks.get(arn)?.task;
  const reaches = (record: TaskRecord, status: string): Promise<Task> =>
    waitFor(`${record.arn} ${status}`, () => {
      const task = taskOf(record);
      return task?.lastStatus === status && task;
    });
  const running = async (more: Partial<NewTask> = {}): Promise<TaskRecord> => {
    const record = accept(more);
    await reaches(record, 'PENDING');
    runtime.tellRunning(record.arn);
    await reaches(record, 'RUNNING');
    return record;
  };
  const stopByUser = (record: TaskRecord): void => {
    const now = store.tasks.get(record.arn) ?? record;
    store.tasks.put(requestStop(now, { stopCode: 'UserInitiated', reason: 'Task stopped by user' }));
    reconciler.wakeTask(record.arn);
  };

  describe('the way up', () => {
    beforeEach(() => reconciler.start());

    it('launches an accepted task and is PENDING until its containers run', async () => {
      const record = accept({ group: 'family:web' });
      await reaches(record, 'PENDING');
      const [launch] = runtime.launches;
      expect(launch).to.deep.include({ taskArn: record.arn, clusterName: 'default', group: 'family:web' });
      expect(launch?.definition.family).to.equal('web');
    });

    it('announces RUNNING with what was observed', async () => {
      const task = taskOf(await running());
      expect(task).to.include({ startedAt: clock.now(), connectivity: 'CONNECTED' });
      expect(task?.containers?.[0]).to.include({ lastStatus: 'RUNNING', runtimeId: 'run-web' });
      expect(task?.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address).to.equal('10.42.0.7');
      expect(task?.attachments?.[0]?.status).to.equal('ATTACHED');
    });

    it('announces a public task only once its ports are open, with its network bindings', async () => {
      let letOpen = (): void => undefined;
      publicIps.provider.open = () => new Promise((resolve) => (letOpen = resolve));
      const record = accept({ publicIp: publicPort });
      await reaches(record, 'PENDING');
      runtime.tellRunning(record.arn);
      const activating = await reaches(record, 'ACTIVATING');
      expect(activating.containers?.[0]?.networkBindings).to.deep.equal([]);
      letOpen();
      const task = await reaches(record, 'RUNNING');
      expect(task.containers?.[0]?.networkBindings).to.deep.equal([
        { bindIP: '127.0.0.1', containerPort: 80, hostPort: 32_000, protocol: 'tcp' },
      ]);
    });

    it('keeps the ports that publishing answers', async () => {
      const ports = [{ ...publicPort.ports[0], hostPort: 32_005 }];
      publicIps.provider.publish = async (assignment) => ({ ...assignment, ports });
      const record = await running({ publicIp: publicPort });
      expect(store.tasks.get(record.arn)?.publicIp?.ports[0]?.hostPort).to.equal(32_005);
      expect(taskOf(record)?.containers?.[0]?.networkBindings?.[0]?.hostPort).to.equal(32_005);
    });

    it('does not announce a public task before it has its address, and opens it then', async () => {
      const { publicIp: _none, ...waiting } = publicPort;
      publicIps.provider.publish = async ({ taskArn, ports }) => ({ taskArn, ports });
      const record = accept({ publicIp: waiting });
      await reaches(record, 'PENDING');
      runtime.tellRunning(record.arn);
      const activating = await reaches(record, 'ACTIVATING');
      expect(activating.containers?.[0]?.networkBindings).to.deep.equal([]);
      expect(publicIps.calls).to.deep.equal([]);
      publicIps.provider.publish = async (assignment) => ({ ...assignment, publicIp: '192.0.2.1' });
      publicIps.changed(record.arn);
      const task = await reaches(record, 'RUNNING');
      expect(task.containers?.[0]?.networkBindings?.[0]?.bindIP).to.equal('192.0.2.1');
      expect(runtime.launches).to.have.length(1);
    });

    it('does not wait for the address of a task without ports', async () => {
      publicIps.provider.publish = async ({ taskArn, ports }) => ({ taskArn, ports });
      await running({ publicIp: { provider: 'scripted', ports: [] } });
    });

    it('tries a launch again that failed', async () => {
      runtime.onRun = async () => {
        if (runtime.launches.length === 1) throw new Error('The API server is away.');
      };
      const record = accept();
      await waitFor('the first launch and its retry timer', () => runtime.launches.length === 1 && clock.timers > 0);
      clock.advance(1);
      await reaches(record, 'PENDING');
    });

    it('lets no more than 32 launches be under way', async () => {
      const waiting: (() => void)[] = [];
      let most = 0;
      runtime.onRun = async () => {
        await new Promise<void>((go) => {
          most = Math.max(most, waiting.push(go));
        });
      };
      const records = Array.from({ length: 40 }, (_, i) => accept({ id: i.toString(16).padStart(32, '0') }));
      await waitFor('32 launches', () => waiting.length === 32);
      await waitFor('all launches', () => {
        for (const go of waiting.splice(0)) go();
        return records.every((record) => taskOf(record)?.lastStatus === 'PENDING');
      });
      expect(most).to.equal(32);
    });
  });

  describe('a task that is to be published again', () => {
    beforeEach(() => reconciler.start());

    it('is published and opened again, and stays as it is where nothing is different', async () => {
      const record = await running({ publicIp: publicPort });
      const before = taskOf(record);
      publicIps.changed(record.arn);
      await waitFor('the second opening', () => publicIps.calls.length === 2);
      expect(publicIps.calls).to.deep.equal(['open 32000', 'open 32000']);
      expect(taskOf(record)).to.equal(before);
    });

    it('tells of the ports that it has now', async () => {
      const record = await running({ publicIp: publicPort });
      const ports = [{ ...publicPort.ports[0], hostPort: 32_007 }];
      publicIps.provider.publish = async (assignment) => ({ ...assignment, ports });
      publicIps.changed(record.arn);
      await waitFor('the new port to be open', () => publicIps.calls.includes('open 32007'));
      const task = taskOf(record);
      expect(task?.lastStatus).to.equal('RUNNING');
      expect(task?.containers?.[0]?.networkBindings?.[0]?.hostPort).to.equal(32_007);
    });

    it('tells of no way while its address is lost', async () => {
      const record = await running({ publicIp: publicPort });
      publicIps.provider.publish = async ({ taskArn, ports }) => ({ taskArn, ports });
      publicIps.changed(record.arn);
      const task = await waitFor('no bindings', () => {
        const now = taskOf(record);
        return now?.containers?.[0]?.networkBindings?.length === 0 && now;
      });
      expect(task.lastStatus).to.equal('RUNNING');
      expect(publicIps.calls).to.deep.equal(['open 32000']);
    });

    it('is tried again while that fails, and goes on running', async () => {
      const record = await running({ publicIp: publicPort });
      let tried = 0;
      publicIps.provider.publish = async (assignment) => {
        tried += 1;
        if (tried === 1) throw new PublicPortsExhausted('No host port is left.');
        return assignment;
      };
      publicIps.changed(record.arn);
      await waitFor('the first try and its retry timer', () => tried === 1 && clock.timers > 0);
      clock.advance(1);
      await waitFor('the second opening', () => publicIps.calls.length === 2);
      expect(taskOf(record)?.lastStatus).to.equal('RUNNING');
    });

    it('is published once more when it changes while it is being published', async () => {
      const record = await running({ publicIp: publicPort });
      let published = 0;
      publicIps.provider.publish = async (assignment) => {
        published += 1;
        if (published === 1) publicIps.changed(record.arn);
        return assignment;
      };
      publicIps.changed(record.arn);
      await waitFor('the second publication', () => published === 2);
    });

    it('has failed to start when it turns out that it can have no address', async () => {
      const { publicIp: _none, ...waiting } = publicPort;
      publicIps.provider.publish = async ({ taskArn, ports }) => ({ taskArn, ports });
      const record = accept({ publicIp: waiting });
      await reaches(record, 'PENDING');
      publicIps.provider.publish = () => Promise.reject(new PublicIpUnavailable('No address came.'));
      publicIps.changed(record.arn);
      const task = await reaches(record, 'STOPPED');
      expect(task).to.include({ stopCode: 'TaskFailedToStart', stoppedReason: 'No address came.' });
    });

    it('is not when it stops, or is not known', async () => {
      runtime.onStop = async () => undefined;
      const record = await running({ publicIp: publicPort });
      let published = 0;
      publicIps.provider.publish = async (assignment) => {
        published += 1;
        return assignment;
      };
      stopByUser(record);
      await reaches(record, 'STOPPING');
      publicIps.changed(record.arn);
      publicIps.changed('arn:aws:ecs:us-east-1:000000000000:task/default/unknown');
      runtime.tellExited(record.arn, 0);
      await reaches(record, 'STOPPED');
      expect(published).to.equal(0);
    });
  });

  describe('the way down', () => {
    beforeEach(() => reconciler.start());

    it('stops a task whose essential container exits, with its exit code', async () => {
      const record = await running();
      runtime.tellExited(record.arn, 0);
      const task = await reaches(record, 'STOPPED');
      expect(task).to.include({
        desiredStatus: 'STOPPED',
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        executionStoppedAt: 1005,
      });
      expect(task.containers?.[0]).to.include({ lastStatus: 'STOPPED', exitCode: 0 });
      expect(runtime.stops).to.deep.equal([record.arn]);
    });

    it('stops a task at the request of its user and gives the ports back', async () => {
      const record = await running({ publicIp: publicPort });
      stopByUser(record);
      const task = await reaches(record, 'STOPPED');
      expect(task).to.include({ stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' });
      expect(task.attachments?.[0]?.status).to.equal('DELETED');
      expect(task.containers?.[0]?.networkBindings).to.deep.equal([]);
      expect(publicIps.calls).to.deep.equal(['open 32000', `release ${record.arn}`]);
      expect(store.tasks.get(record.arn)).not.to.have.property('publicIp');
    });

    it('waits in STOPPING until the containers have ended', async () => {
      runtime.onStop = async () => undefined;
      const record = await running();
      stopByUser(record);
      await reaches(record, 'STOPPING');
      runtime.tellExited(record.arn, 143);
      const task = await reaches(record, 'STOPPED');
      expect(task.containers?.[0]?.exitCode).to.equal(143);
    });

    it('stops a task that was never launched', async () => {
      runtime.onRun = () => Promise.reject(new Error('The API server is away.'));
      const record = accept({ publicIp: publicPort });
      await waitFor('a launch', () => runtime.launches.length > 0);
      stopByUser(record);
      const task = await reaches(record, 'STOPPED');
      expect(task).not.to.have.any.keys('startedAt', 'executionStoppedAt');
      expect(publicIps.calls).to.deep.equal([`release ${record.arn}`]);
    });

    it('ends a refused task with the words of the refusal', async () => {
      runtime.onRun = () => Promise.reject(new TaskRefused('A GPU is not to be had here.'));
      const task = await reaches(accept(), 'STOPPED');
      expect(task).to.include({ stopCode: 'TaskFailedToStart', stoppedReason: 'A GPU is not to be had here.' });
    });

    it('ends a task that finds no port when it is published', async () => {
      publicIps.provider.publish = () => Promise.reject(new PublicPortsExhausted('No host port is left.'));
      const task = await reaches(accept({ publicIp: publicPort }), 'STOPPED');
      expect(task).to.include({ stopCode: 'TaskFailedToStart', stoppedReason: 'No host port is left.' });
    });

    it('ends a task that can have no public IP, with its containers', async () => {
      publicIps.provider.publish = () => Promise.reject(new PublicIpUnavailable('NodePort 1 is outside of the range.'));
      const record = accept({ publicIp: publicPort });
      const task = await reaches(record, 'STOPPED');
      expect(task).to.include({
        stopCode: 'TaskFailedToStart',
        stoppedReason: 'NodePort 1 is outside of the range.',
      });
      expect(runtime.stops).to.deep.equal([record.arn]);
      expect(publicIps.calls).to.deep.equal([`release ${record.arn}`]);
    });

    it('ends a task whose ports cannot be opened, in words', async () => {
      publicIps.provider.open = () => Promise.reject(new Error('Port 32000 is in use.'));
      const record = accept({ publicIp: publicPort });
      await reaches(record, 'PENDING');
      runtime.tellRunning(record.arn);
      const task = await reaches(record, 'STOPPED');
      expect(task.stoppedReason).to.equal('The public ports 32000 could not be opened: Port 32000 is in use.');
    });

    it('ends a task whose image cannot be pulled', async () => {
      const record = accept();
      await reaches(record, 'PENDING');
      const reason = 'CannotPullContainerError: pull access denied';
      runtime.tell(record.arn, { failure: { stopCode: 'TaskFailedToStart', reason } });
      expect(await reaches(record, 'STOPPED')).to.include({ stopCode: 'TaskFailedToStart', stoppedReason: reason });
    });

    it('ends a task whose containers were removed by something else', async () => {
      const record = await running();
      runtime.tell(record.arn, { present: false, ready: false });
      const task = await reaches(record, 'STOPPED');
      expect(task.stoppedReason).to.equal(
        'The containers of the task were removed by something other than Amazon ECS.',
      );
    });

    it('repeats a release that failed', async () => {
      const record = await running({ publicIp: publicPort });
      const before = { ...publicIps.provider };
      publicIps.provider.release = () => Promise.reject(new Error('The API server is away.'));
      stopByUser(record);
      await reaches(record, 'DEPROVISIONING');
      await waitFor('the retry timer', () => clock.timers > 0);
      publicIps.provider.release = (taskArn) => before.release(taskArn);
      clock.advance(30);
      await reaches(record, 'STOPPED');
    });
  });

  describe('whenTaskReaches', () => {
    beforeEach(() => reconciler.start());

    it('resolves when the task is RUNNING', async () => {
      const record = accept();
      const reached = reconciler.whenTaskReaches(record.arn, 'RUNNING', 60_000);
      await reaches(record, 'PENDING');
      runtime.tellRunning(record.arn);
      await reached;
      expect(taskOf(record)?.lastStatus).to.equal('RUNNING');
    });

    it('resolves when the task is beyond RUNNING', async () => {
      runtime.onRun = () => Promise.reject(new TaskRefused('No.'));
      const record = accept();
      await reconciler.whenTaskReaches(record.arn, 'RUNNING', 60_000);
      expect(taskOf(record)?.lastStatus).to.equal('STOPPED');
    });

    it('resolves when its time is over', async () => {
      const record = accept();
      const reached = reconciler.whenTaskReaches(record.arn, 'STOPPED', 60_000);
      clock.advance(60);
      await reached;
      expect(taskOf(record)?.lastStatus).not.to.equal('STOPPED');
    });
  });

  describe('a restart', () => {
    /** As an earlier process left it. */
    const left = (lastStatus: string, more: Partial<NewTask> = {}): TaskRecord => {
      const record = acceptedTask(more);
      const startedAt = lastStatus === 'RUNNING' && { startedAt: 900 };
      const before = { ...record, task: { ...record.task, lastStatus, ...startedAt } };
      store.tasks.put(before);
      return before;
    };

    it('adopts a running task and opens its ports again', async () => {
      const record = left('RUNNING', { publicIp: publicPort });
      runtime.existing = [observed(record.arn, { ready: true, address: '10.42.0.7' })];
      await reconciler.start();
      await waitFor('its ports to be open', () => publicIps.calls.includes('open 32000'));
      expect(taskOf(record)).to.include({ lastStatus: 'RUNNING', startedAt: 900, version: record.task.version });
    });

    for (const lastStatus of ['PENDING', 'RUNNING'] as const) {
      it(`takes up the ports of a ${lastStatus} task, changed where one was lost, and tells of them`, async () => {
        const record = left(lastStatus, { publicIp: publicPort });
        const ports = [{ ...publicPort.ports[0], hostPort: 32_009 }];
        publicIps.provider.restore = async (assignments) => assignments.map((one) => ({ ...one, ports }));
        runtime.existing = [observed(record.arn, { ready: true, address: '10.42.0.7' })];
        await reconciler.start();
        const task = await reaches(record, 'RUNNING');
        expect(task.containers?.[0]?.networkBindings?.[0]?.hostPort).to.equal(32_009);
      });
    }

    it('finds a task stopped whose containers ended meanwhile', async () => {
      const record = left('RUNNING', { publicIp: publicPort });
      await reconciler.start();
      const task = await reaches(record, 'STOPPED');
      expect(task.stoppedReason).to.equal('The containers of the task ended while KECS was not running.');
      expect(publicIps.calls).to.include(`release ${record.arn}`);
    });

    it('launches a task that was accepted and not yet launched', async () => {
      const record = left('PROVISIONING');
      await reconciler.start();
      await reaches(record, 'PENDING');
    });

    it('frees the client token of a call that has started nothing, and keeps that of another', async () => {
      const record = left('RUNNING');
      const token = { inputDigest: '', createdAt: clock.now() };
      store.clientTokens.put({ ...token, arn: 'unfinished', taskArns: ['arn:aws:ecs:::task/default/never-accepted'] });
      store.clientTokens.put({ ...token, arn: 'answered', taskArns: [record.arn] });
      await reconciler.start();
      expect([...store.clientTokens.values()].map(({ arn }) => arn)).to.deep.equal(['answered']);
    });

    it('forgets a deleted task definition that nothing uses any more', async () => {
      const definition = taskDefinition({ family: 'old', status: 'DELETE_IN_PROGRESS' });
      store.taskDefinitions.put(definition);
      await reconciler.start();
      expect(store.taskDefinitions.get(definition.arn)).to.equal(undefined);
    });

    it('goes on stopping a task', async () => {
      const record = left('STOPPING');
      store.tasks.put(requestStop(record, { stopCode: 'UserInitiated', reason: 'Task stopped by user' }));
      runtime.existing = [observed(record.arn)];
      await reconciler.start();
      expect(await reaches(record, 'STOPPED')).to.include({ stopCode: 'UserInitiated' });
    });

    it('removes containers of a task that nobody knows', async () => {
      runtime.existing = [observed('arn:aws:ecs:us-east-1:000000000000:task/default/gone')];
      await reconciler.start();
      await waitFor('the stop', () => runtime.stops.length === 1);
    });
  });

  it('begins nothing when it is stopped before the runtime is there', async () => {
    let connect = (_runtime: ScriptedRuntime): void => undefined;
    const connecting = new Promise<ScriptedRuntime>((resolve) => (connect = resolve));
    const early = createTaskReconciler({ store, runtime: connecting, publicIps, log: silentLog, clock });
    store.tasks.put(acceptedTask());
    const started = early.start();
    await early.stop();
    connect(runtime);
    await started;
    await new Promise(setImmediate);
    expect(runtime.launches).to.deep.equal([]);
  });

  describe('forgetting', () => {
    it('removes a task and its client token one hour after it stopped', async () => {
      await reconciler.start();
      const record = await running();
      store.clientTokens.put({ arn: 'token', taskArns: [record.arn], inputDigest: '', createdAt: clock.now() });
      runtime.tellExited(record.arn, 0);
      await reaches(record, 'STOPPED');
      clock.advance(3599);
      expect(taskOf(record)).not.to.equal(undefined);
      clock.advance(2);
      expect(taskOf(record)).to.equal(undefined);
      expect(store.clientTokens.size).to.equal(0);
    });

    it('ends and forgets every task at a reset', async () => {
      await reconciler.start();
      const record = await running({ publicIp: publicPort });
      await reconciler.reset();
      expect(store.tasks.size).to.equal(0);
      expect(runtime.stops).to.deep.equal([record.arn]);
      expect(publicIps.calls).to.include(`release ${record.arn}`);
    });
  });
});
