import { expect } from 'chai';
import type { ServiceDraft } from '../../lib/model/service-draft.ts';
import type { ServiceRecord, TaskSetRecord } from '../../lib/model/service.ts';
import { progressTaskSets, withSetFailure } from '../../lib/model/task-set-progress.ts';
import { computedDesiredCount, describeTaskSet } from '../../lib/model/task-set.ts';
import type { Task, TaskRecord } from '../../lib/model/task.ts';
import { acceptedTask } from '../support/task-records.ts';

const now = 10_000;
const rules = { hasHealthCheck: () => false, graceSeconds: 0, isLeft: () => false };
const blue: TaskSetRecord = {
  id: 'ecs-svc/1',
  arn: 'arn:aws:ecs:us-east-1:000000000000:task-set/default/web/ecs-svc/1',
  revisionArn: 'revision',
  status: 'ACTIVE',
  scale: 100,
  tags: [],
  createdAt: 1,
  updatedAt: 1,
  inputDigest: '',
};

const serviceWith = (desiredCount: number, ...taskSets: TaskSetRecord[]): ServiceRecord => ({
  arn: 'arn:aws:ecs:us-east-1:000000000000:service/default/web',
  name: 'web',
  clusterArn: 'arn:aws:ecs:us-east-1:000000000000:cluster/default',
  clusterName: 'default',
  region: 'us-east-1',
  account: '000000000000',
  status: 'ACTIVE',
  settings: { desiredCount, schedulingStrategy: 'REPLICA', deploymentController: { type: 'EXTERNAL' } },
  deployments: [],
  taskSets,
  events: [],
  tags: [],
  createdAt: 1,
  inputDigest: '',
});
const task = (id: string, more: Partial<Task> = {}): TaskRecord => {
  const record = acceptedTask({ id, group: 'service:web', startedBy: more.startedBy ?? blue.id });
  return { ...record, task: { ...record.task, lastStatus: 'RUNNING', startedAt: now - 100, ...more } };
};
const draftOf = (service: ServiceRecord, ...tasks: TaskRecord[]): ServiceDraft => ({
  service,
  tasks,
  history: undefined,
  now,
  newId: () => 'event',
});
const stopsOf = ({ tasks }: ServiceDraft): string[] =>
  tasks.filter((record) => record.task.desiredStatus === 'STOPPED').map(({ id }) => id);
const messagesOf = ({ service }: ServiceDraft): (string | undefined)[] => service.events.map(({ message }) => message);

describe('what becomes of task sets', () => {
  const counts: readonly [desired: number, scale: number, computed: number][] = [
    [3, 40, 2],
    [3, 0, 0],
    [3, 100, 3],
    [0, 100, 0],
    [10, 0.1, 1],
  ];
  for (const [desired, scale, computed] of counts) {
    it(`${scale} percent of ${desired} tasks are ${computed}`, () => {
      expect(computedDesiredCount(serviceWith(desired), { ...blue, scale })).to.equal(computed);
    });
  }

  it('a set is not steady while tasks are pending, even if enough run', () => {
    const status = (pendingCount: number): string | undefined =>
      describeTaskSet(serviceWith(1), blue, {}, { runningCount: 1, pendingCount }, now).stabilityStatus;
    expect([status(0), status(1)]).to.deep.equal(['STEADY_STATE', 'STABILIZING']);
  });

  it('each set gets what it lacks', () => {
    const green = { ...blue, id: 'ecs-svc/2', scale: 50 };
    const { starts, draft } = progressTaskSets(draftOf(serviceWith(4, blue, green), task('a')), rules);
    expect(starts.map(({ taskSet, count }) => [taskSet.id, count])).to.deep.equal([
      ['ecs-svc/1', 3],
      ['ecs-svc/2', 2],
    ]);
    expect(stopsOf(draft)).to.deep.equal([]);
  });

  it('what a set has too many of is stopped, and told of', () => {
    const service = serviceWith(1, { ...blue, scale: 0 });
    const { starts, draft } = progressTaskSets(draftOf(service, task('a')), rules);
    expect(starts).to.deep.equal([]);
    expect(draft.tasks[0]?.task).to.include({
      desiredStatus: 'STOPPED',
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)',
    });
    expect(messagesOf(draft)).to.deep.equal([
      '(service web, taskSet ecs-svc/1) has stopped 1 running tasks: (task a).',
    ]);
  });

  it('tasks of a set that is gone are stopped', () => {
    const { draft } = progressTaskSets(draftOf(serviceWith(1, blue), task('a', { startedBy: 'ecs-svc/9' })), rules);
    expect(stopsOf(draft)).to.deep.equal(['a']);
    expect(draft.tasks[0]?.task.stoppedReason).to.equal('The task set was deleted.');
  });

  it('a protected task stays, and is looked at again when its protection is over', () => {
    const protectedTask = { ...task('a'), protectedUntil: now + 60 };
    const step = progressTaskSets(draftOf(serviceWith(1, { ...blue, scale: 0 }), protectedTask), rules);
    expect(stopsOf(step.draft)).to.deep.equal([]);
    expect(step.wakeAt).to.equal(now + 60);
  });

  it('a set that is deleted stays until its last task has stopped', () => {
    const draining = { ...blue, status: 'DRAINING' as const };
    const stopping = { desiredStatus: 'STOPPED', lastStatus: 'STOPPING' };
    const first = progressTaskSets(draftOf(serviceWith(1, draining), task('a', stopping)), rules);
    expect(first.draft.service.taskSets).to.have.length(1);
    const second = progressTaskSets(
      draftOf(serviceWith(1, draining), task('a', { ...stopping, lastStatus: 'STOPPED' })),
      rules,
    );
    expect(second.draft.service.taskSets).to.deep.equal([]);
  });

  it('a set whose task failed to start waits before it starts the next', () => {
    const ended = { desiredStatus: 'STOPPED', lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' } as const;
    const step = progressTaskSets(draftOf(serviceWith(1, blue), task('a', ended)), rules);
    expect(step.starts).to.deep.equal([]);
    expect(step.draft.tasks[0]?.endNoted).to.equal(true);
    expect(step.wakeAt).to.equal(now + 1);
  });

  it('a set whose tasks run well for a while waits no more', () => {
    const failed = withSetFailure({ ...draftOf(serviceWith(1, blue)), now: now - 50 }, blue.id);
    const retrying = failed.service.taskSets?.[0] ?? blue;
    const retryAfter = (startedAt: number): unknown =>
      progressTaskSets(draftOf(serviceWith(1, retrying), task('a', { createdAt: now - 40, startedAt })), rules).draft
        .service.taskSets?.[0]?.retry;
    expect(retryAfter(now - 5)).to.deep.equal(retrying.retry);
    expect(retryAfter(now - 10)).to.equal(undefined);
  });

  it('a steady state is told once', () => {
    const { draft } = progressTaskSets(draftOf(serviceWith(1, blue), task('a')), rules);
    expect(messagesOf(draft)).to.deep.equal(['(service web) has reached a steady state.']);
    expect(messagesOf(progressTaskSets(draft, rules).draft)).to.have.length(1);
  });

  it('a service without task sets has nothing to tell', () => {
    const { draft, starts, wakeAt } = progressTaskSets(draftOf(serviceWith(2)), rules);
    expect([messagesOf(draft), starts, wakeAt]).to.deep.equal([[], [], undefined]);
  });
});
