import { expect } from 'chai';
import { progress, requestStop } from '../../lib/model/task-progress.ts';
import type { TaskSight } from '../../lib/model/task-sight.ts';
import type { Task, TaskRecord } from '../../lib/model/task.ts';
import type { ContainerObservation, TaskObservation } from '../../lib/runtime/task-runtime.ts';
import { observed } from '../support/scripted-runtime.ts';
import { acceptedTask, publicPort, taskDefinition } from '../support/task-records.ts';

const { definition } = taskDefinition({
  containerDefinitions: [
    { name: 'web', image: 'nginx' },
    { name: 'sidecar', image: 'envoy', essential: false },
  ],
});
const containerIds = ['web-id', 'sidecar-id'];

function taskIn(lastStatus: string, more: Partial<Task> = {}, publicIp?: TaskRecord['publicIp']): TaskRecord {
  const record = acceptedTask({ definition, containerIds, publicIp });
  return { ...record, task: { ...record.task, lastStatus, ...more } };
}

const web = (more: Partial<ContainerObservation>): ContainerObservation => ({ name: 'web', state: 'running', ...more });
const sidecar = (more: Partial<ContainerObservation>): ContainerObservation => ({ ...web(more), name: 'sidecar' });

/** Takes steps until an action is due or nothing is left. */
function settle(record: TaskRecord, news: Partial<TaskObservation> | undefined, more: Partial<TaskSight> = {}) {
  const observation = news && observed(record.arn, news);
  const sight: TaskSight = { observation, essential: ['web'], opened: false, stopAsked: false, ...more };
  let current = record;
  for (;;) {
    const step = progress(current, sight, 2000);
    if (step.action ?? step.record === current) return { task: step.record.task, action: step.action };
    current = step.record;
  }
}

const running = { startedAt: 1500 };
const container = (task: Task, name: string) => task.containers?.find((one) => one.name === name);

describe('task progress', () => {
  describe('next step', () => {
    const cases: readonly [string, ReturnType<typeof settle>, string, string | undefined][] = [
      ['an accepted task is launched', settle(taskIn('PROVISIONING'), undefined), 'PROVISIONING', 'launch'],
      ['a launched task waits', settle(taskIn('PENDING'), undefined), 'PENDING', undefined],
      ['a task whose containers start waits', settle(taskIn('PENDING'), {}), 'PENDING', undefined],
      ['a ready task runs', settle(taskIn('PENDING'), { ready: true }), 'RUNNING', undefined],
      [
        'a ready public task is opened first',
        settle(taskIn('PENDING', {}, publicPort), { ready: true, address: '10.0.0.1' }),
        'ACTIVATING',
        'open',
      ],
      [
        'an opened task runs',
        settle(taskIn('ACTIVATING', {}, publicPort), { ready: true, address: '10.0.0.1' }, { opened: true }),
        'RUNNING',
        undefined,
      ],
      [
        'an adopted public task is opened again',
        settle(taskIn('RUNNING', running, publicPort), { ready: true, address: '10.0.0.1' }),
        'RUNNING',
        'open',
      ],
      [
        'containers are ended first',
        settle(taskIn('RUNNING', { ...running, desiredStatus: 'STOPPED' }), {}),
        'STOPPING',
        'stop',
      ],
      [
        'a task whose containers end waits',
        settle(taskIn('STOPPING', { desiredStatus: 'STOPPED' }), { containers: [web({})] }, { stopAsked: true }),
        'STOPPING',
        undefined,
      ],
      [
        'ports are given back before the end',
        settle(taskIn('STOPPING', { desiredStatus: 'STOPPED' }, publicPort), { present: false }, { stopAsked: true }),
        'DEPROVISIONING',
        'release',
      ],
      [
        'a task without ports ends',
        settle(taskIn('STOPPING', { desiredStatus: 'STOPPED' }), { present: false }, { stopAsked: true }),
        'STOPPED',
        undefined,
      ],
      [
        'what a stopped task has left is removed',
        settle(taskIn('STOPPED', { desiredStatus: 'STOPPED' }), { present: true }),
        'STOPPED',
        'stop',
      ],
    ];
    for (const [title, { task, action }, status, expected] of cases) {
      it(title, () => {
        expect([task.lastStatus, action]).to.deep.equal([status, expected]);
      });
    }
  });

  describe('endings', () => {
    const ended = (record: TaskRecord, news: Partial<TaskObservation>): Task =>
      settle(record, news, { stopAsked: true }).task;

    it('ends with an essential container, whatever its exit code', () => {
      for (const exitCode of [0, 1, 137]) {
        const task = ended(taskIn('RUNNING', running), {
          containers: [web({ state: 'stopped', exitCode, startedAt: 1500, finishedAt: 1600 })],
        });
        expect(task).to.include({
          desiredStatus: 'STOPPED',
          stopCode: 'EssentialContainerExited',
          stoppedReason: 'Essential container in task exited',
        });
        expect(container(task, 'web')?.exitCode).to.equal(exitCode);
      }
    });

    it('goes on without a container that is not essential', () => {
      const { task } = settle(taskIn('RUNNING', running), {
        containers: [web({}), sidecar({ state: 'stopped', exitCode: 1 })],
      });
      expect(task).to.include({ lastStatus: 'RUNNING', desiredStatus: 'RUNNING' });
      expect(container(task, 'sidecar')).to.include({ lastStatus: 'STOPPED', exitCode: 1 });
    });

    it('has failed to start when an essential container never did', () => {
      const reason = 'CannotStartContainerError: no such file or directory';
      const task = ended(taskIn('PENDING'), { containers: [web({ state: 'stopped', reason })] });
      expect(task).to.include({ stopCode: 'TaskFailedToStart', stoppedReason: reason });
      expect(task).not.to.have.any.keys('startedAt', 'executionStoppedAt');
    });

    it('takes over the failure that the runtime reports', () => {
      const failure = { stopCode: 'TaskFailedToStart', reason: 'CannotPullContainerError: not found' } as const;
      expect(ended(taskIn('PENDING'), { failure })).to.include({ stoppedReason: failure.reason });
    });

    it('has started although it exited before it was seen ready', () => {
      const exited = web({ state: 'stopped', exitCode: 0, startedAt: 1500, finishedAt: 1501 });
      const task = ended(taskIn('PENDING'), { containers: [exited, sidecar({ state: 'stopped', finishedAt: 1502 })] });
      expect(task).to.include({
        stopCode: 'EssentialContainerExited',
        startedAt: 1500,
        stoppingAt: 2000,
        executionStoppedAt: 1502,
        stoppedAt: 2000,
      });
    });

    it('keeps the first reason to stop', () => {
      const stopping = requestStop(taskIn('RUNNING', running), { stopCode: 'UserInitiated', reason: 'enough' });
      const task = ended(stopping, { containers: [web({ state: 'stopped', exitCode: 143 })] });
      expect(task).to.include({ stopCode: 'UserInitiated', stoppedReason: 'enough' });
      expect(container(task, 'web')?.exitCode).to.equal(143);
    });

    it('invents no exit code for a container whose end was not seen', () => {
      const task = ended(taskIn('RUNNING', { ...running, desiredStatus: 'STOPPED' }), { present: false });
      expect(container(task, 'web')).to.include({ lastStatus: 'STOPPED' }).and.not.have.property('exitCode');
    });
  });

  describe('what was observed', () => {
    const seen = (news: Partial<TaskObservation>): Task => settle(taskIn('PENDING'), news).task;

    it('shows the times of the pull', () => {
      expect(seen({ pullStartedAt: 1100, pullStoppedAt: 1200 })).to.include({
        pullStartedAt: 1100,
        pullStoppedAt: 1200,
      });
    });

    it('shows each container as it is', () => {
      const task = seen({
        containers: [web({ runtimeId: 'abc', imageDigest: 'sha256:1' }), sidecar({ state: 'waiting' })],
      });
      expect(container(task, 'web')).to.include({ lastStatus: 'RUNNING', runtimeId: 'abc', imageDigest: 'sha256:1' });
      expect(container(task, 'sidecar')).to.include({ lastStatus: 'PENDING' });
    });

    it('shows the address of the task in its network interface', () => {
      const task = seen({ address: '10.0.0.9' });
      expect(task.attachments?.[0]?.details?.slice(-2)).to.deep.equal([
        { name: 'privateDnsName', value: 'ip-10-0-0-9.ec2.internal' },
        { name: 'privateIPv4Address', value: '10.0.0.9' },
      ]);
      expect(container(task, 'web')?.networkInterfaces).to.deep.equal([
        { attachmentId: task.attachments?.[0]?.id, privateIpv4Address: '10.0.0.9' },
      ]);
    });

    it('is as healthy as the essential containers with a health check', () => {
      expect(seen({ containers: [web({ health: 'HEALTHY' })] }).healthStatus).to.equal('HEALTHY');
      expect(seen({ containers: [web({ health: 'UNHEALTHY' })] }).healthStatus).to.equal('UNHEALTHY');
      expect(seen({ containers: [web({}), sidecar({ health: 'UNHEALTHY' })] }).healthStatus).to.equal('UNKNOWN');
    });

    it('changes nothing the second time', () => {
      const record = taskIn('PENDING', { connectivity: 'CONNECTED', connectivityAt: 1 });
      const sight: TaskSight = {
        observation: observed(record.arn, { containers: [] }),
        essential: ['web'],
        opened: false,
        stopAsked: false,
      };
      expect(progress(record, sight, 2000).record).to.equal(record);
    });

    it('counts each change of status as a version', () => {
      expect(settle(taskIn('PENDING'), { ready: true }).task.version).to.equal(2);
    });
  });
});
