import { endingOf } from './task-ending.ts';
import { type TaskStatus, firstStatusOfStopping, mayFollow } from './task-lifecycle.ts';
import { withObservation } from './task-observation.ts';
import { networkBindings, waitsForAddress } from './task-ports.ts';
import type { Ending, TaskSight } from './task-sight.ts';
import type { Container, Task, TaskPublicIp, TaskRecord } from './task.ts';

/**
 * What must be done before the task can go further: start the containers, publish its ports once more, open them, end
 * the containers, give the ports back.
 */
export type TaskAction = 'launch' | 'publish' | 'open' | 'stop' | 'release';

export interface TaskStep {
  /** The same object as before if nothing has changed. */
  readonly record: TaskRecord;
  readonly action?: TaskAction;
}

/** One step of a task's life; to be repeated until it answers the same record and no action. */
export function progress(before: TaskRecord, sight: TaskSight, now: number): TaskStep {
  const record = withObservation(before, sight, now);
  if (record !== before) return { record };
  const ending = isWanted(record) ? endingOf(record, sight) : undefined;
  if (ending) return { record: requestStop(record, ending) };
  const status = statusOf(record);
  const first = isWanted(record) ? undefined : firstStatusOfStopping(status);
  if (first) return { record: moved(record, first, first === 'STOPPING' ? { stoppingAt: now } : {}) };
  return mustPublish(record, sight) ? { record, action: 'publish' } : steps[status](record, sight, now);
}

/** The task is to stop, for the first reason that is given. */
export function requestStop(record: TaskRecord, { stopCode, reason }: Ending): TaskRecord {
  if (!isWanted(record)) return record;
  return changed(record, { desiredStatus: 'STOPPED', stopCode, stoppedReason: reason });
}

/** The task has other ports than before: one that was announced tells of them. */
export function withPublicIp(before: TaskRecord, publicIp: TaskPublicIp): TaskRecord {
  const record = { ...before, publicIp };
  return statusOf(record) === 'RUNNING' ? changed(record, { containers: boundContainers(record) }) : record;
}

export const launched = (record: TaskRecord): TaskRecord =>
  statusOf(record) === 'PROVISIONING' ? moved(record, 'PENDING') : record;

export const isWanted = ({ task }: TaskRecord): boolean => task.desiredStatus !== 'STOPPED';

const statusOf = ({ task }: TaskRecord): TaskStatus => task.lastStatus as TaskStatus;

type Step = (record: TaskRecord, sight: TaskSight, now: number) => TaskStep;

const steps: Readonly<Record<TaskStatus, Step>> = {
  PROVISIONING: (record) => ({ record, action: 'launch' }),
  PENDING: (record, { observation }, now) => {
    if (!observation?.ready) return { record };
    return { record: record.publicIp ? moved(record, 'ACTIVATING') : announced(record, now) };
  },
  ACTIVATING: (record, sight, now) => (sight.opened ? { record: announced(record, now) } : openable(record, sight)),
  RUNNING: (record, sight) => (sight.opened ? { record } : openable(record, sight)),
  DEACTIVATING: (record, _sight, now) => ({ record: moved(record, 'STOPPING', { stoppingAt: now }) }),
  STOPPING: (record, sight, now) => {
    if (!sight.stopAsked) return { record, action: 'stop' };
    return hasEnded(sight) ? { record: moved(record, 'DEPROVISIONING', executionEnd(record, now)) } : { record };
  },
  DEPROVISIONING: (record, _sight, now) =>
    record.publicIp ? { record, action: 'release' } : { record: stopped(record, now) },
  STOPPED: (record, { observation, stopAsked }) =>
    observation?.present && !stopAsked ? { record, action: 'stop' } : { record },
};

/** What is launched is published with it. */
const mustPublish = (record: TaskRecord, { unpublished = false }: TaskSight): boolean =>
  unpublished && record.publicIp !== undefined && isWanted(record) && statusOf(record) !== 'PROVISIONING';

const openable = (record: TaskRecord, { observation }: TaskSight): TaskStep =>
  record.publicIp && !waitsForAddress(record.publicIp) && observation?.address
    ? { record, action: 'open' }
    : { record };

/** RUNNING, with the ways that lead to it. */
const announced = (record: TaskRecord, now: number): TaskRecord =>
  moved(record, 'RUNNING', { startedAt: now, containers: boundContainers(record) });

function boundContainers({ task: { containers = [] }, publicIp }: TaskRecord): Container[] {
  if (!publicIp) return containers;
  return containers.map((container) => ({
    ...container,
    networkBindings: networkBindings(publicIp, container.name ?? ''),
  }));
}

const hasEnded = ({ observation }: TaskSight): boolean =>
  observation !== undefined &&
  (!observation.present ||
    (observation.containers.length > 0 && observation.containers.every(({ state }) => state === 'stopped')));

/** A task that never started has no end of its execution. */
const executionEnd = ({ task }: TaskRecord, now: number): Partial<Task> =>
  task.startedAt === undefined || task.executionStoppedAt !== undefined ? {} : { executionStoppedAt: now };

function stopped(record: TaskRecord, now: number): TaskRecord {
  const { attachments = [], containers = [] } = record.task;
  return moved(record, 'STOPPED', {
    stoppedAt: now,
    attachments: attachments.map((attachment) => ({ ...attachment, status: 'DELETED' })),
    containers: containers.map((container) => ({ ...container, lastStatus: 'STOPPED', networkBindings: [] })),
  });
}

function moved(record: TaskRecord, lastStatus: TaskStatus, change: Partial<Task> = {}): TaskRecord {
  const from = statusOf(record);
  if (!mayFollow(from, lastStatus)) throw new Error(`Task ${record.arn} cannot go from ${from} to ${lastStatus}.`);
  return changed(record, { ...change, lastStatus });
}

/** Task.version counts the changes that "starts a CloudWatch event" (API reference, Task). */
const changed = (record: TaskRecord, change: Partial<Task>): TaskRecord => ({
  ...record,
  task: { ...record.task, ...change, version: (record.task.version ?? 0) + 1 },
});
