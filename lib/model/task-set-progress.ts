import { type PlanInput, type TaskPlan, planTasks } from './rolling-update.ts';
import { type ServiceDraft, changeTasks, tellOf } from './service-draft.ts';
import { briefSeconds, failedToStart } from './service-endings.ts';
import { isSteady } from './service-events.ts';
import { type TaskRules, type ServiceTask, graceEnd, serviceTask } from './service-task.ts';
import type { TaskSetRecord } from './service.ts';
import { afterFailure, mayStartAt } from './start-retry.ts';
import { requestStop } from './task-progress.ts';
import { computedDesiredCount } from './task-set.ts';

export interface TaskSetsStep {
  readonly draft: ServiceDraft;
  readonly starts: readonly TaskSetStart[];
  /** When to look again although nothing moves; seconds since the epoch. */
  readonly wakeAt?: number;
}

interface TaskSetStart {
  readonly taskSet: TaskSetRecord;
  readonly count: number;
  /** How many of them replace unhealthy tasks. */
  readonly replacing: number;
}

/** What becomes now of a service that something outside of ECS deploys: each task set is scaled, and none is rolled out. */
export function progressTaskSets(before: ServiceDraft, rules: TaskRules): TaskSetsStep {
  const noted = noteEndings(before);
  const recovered = changeSets(noted, (taskSet) => withoutRetry(taskSet, noted, rules));
  const plans = setsOf(recovered).map((taskSet) => ({ taskSet, plan: planOf(taskSet, recovered, rules) }));
  const stopped = plans.reduce(
    (draft, { taskSet, plan }) => stopTasks(draft, taskSet, plan),
    withoutOrphans(recovered),
  );
  const draft = tellIfSteady(withoutEmptied(stopped), rules);
  const starts = plans
    .filter(({ plan }) => plan.start > 0)
    .map(({ taskSet, plan: { start, replacing } }) => ({ taskSet, count: start, replacing }));
  const due = wakeTimes(
    draft,
    plans.flatMap(({ plan }) => plan.heldBack),
    rules,
  ).filter((time) => time > draft.now);
  return { draft, starts, ...(due.length > 0 && { wakeAt: Math.min(...due) }) };
}

/** Tasks of a set could not be started: the next ones wait. */
export const withSetFailure = (draft: ServiceDraft, taskSetId: string): ServiceDraft =>
  changeSets(draft, (taskSet) =>
    taskSet.id === taskSetId ? { ...taskSet, retry: afterFailure(taskSet.retry, draft.now) } : taskSet,
  );

const setsOf = ({ service }: ServiceDraft): readonly TaskSetRecord[] => service.taskSets ?? [];

function changeSets(draft: ServiceDraft, change: (taskSet: TaskSetRecord) => TaskSetRecord): ServiceDraft {
  const before = setsOf(draft);
  const taskSets = before.map(change);
  if (taskSets.every((taskSet, i) => taskSet === before[i])) return draft;
  return { ...draft, service: { ...draft.service, taskSets } };
}

/** Takes note of each task that stops, once, and of the sets whose tasks failed to start. */
function noteEndings(draft: ServiceDraft): ServiceDraft {
  const ending = draft.tasks.filter((record) => record.task.desiredStatus === 'STOPPED' && !record.endNoted);
  const arns = new Set(ending.map(({ arn }) => arn));
  const noted = changeTasks(draft, arns, (record) => ({ ...record, endNoted: true }));
  const failed = new Set(ending.filter(({ task }) => failedToStart(task, draft.now)).map(({ task }) => task.startedBy));
  return [...failed].reduce((changed, id = '') => withSetFailure(changed, id), noted);
}

/** A task that was started after the last failure and runs well ends the waiting. */
function withoutRetry(taskSet: TaskSetRecord, draft: ServiceDraft, rules: TaskRules): TaskSetRecord {
  const isOver = recoveries(taskSet, draft, rules).some((time) => time <= draft.now);
  return isOver ? { ...taskSet, retry: undefined } : taskSet;
}

/** When tasks that run well will have run long enough. */
function recoveries({ id, retry }: TaskSetRecord, { tasks, now }: ServiceDraft, rules: TaskRules): number[] {
  if (!retry) return [];
  return tasks
    .filter(({ task }) => task.startedBy === id && (task.createdAt ?? 0) >= retry.lastFailureAt)
    .filter((record) => serviceTask(record, rules, now).state === 'HEALTHY')
    .map(({ task }) => (task.startedAt ?? now) + briefSeconds);
}

function planOf(taskSet: TaskSetRecord, draft: ServiceDraft, rules: TaskRules): TaskPlan {
  const input: PlanInput = {
    tasks: tasksOf(taskSet, draft, rules),
    deploymentIds: [taskSet.id],
    desiredCount: computedDesiredCount(draft.service, taskSet),
    // Whoever deploys the service says how much of it is where: a deployment's window is not used (API_DeploymentConfiguration.html).
    window: { minimum: 0, maximum: Infinity },
    mayStart: mayStartAt(taskSet.retry, draft.now),
  };
  return planTasks(input);
}

const tasksOf = ({ id }: TaskSetRecord, { tasks, now }: ServiceDraft, rules: TaskRules): ServiceTask[] =>
  tasks.filter(({ task }) => task.startedBy === id).map((record) => serviceTask(record, rules, now));

function stopTasks(draft: ServiceDraft, { id }: TaskSetRecord, { scaleIn, unhealthy }: TaskPlan): ServiceDraft {
  const reasons = new Map([
    ...scaleIn.map(({ arn }) => [arn, `Scaling activity initiated by (deployment ${id})`] as const),
    ...unhealthy.map(({ arn }) => [arn, 'Task failed container health checks'] as const),
  ]);
  if (reasons.size === 0) return draft;
  const stopped = changeTasks(draft, new Set(reasons.keys()), (record) => ({
    ...requestStop(record, { stopCode: 'ServiceSchedulerInitiated', reason: reasons.get(record.arn) ?? '' }),
    endNoted: true,
  }));
  const taskIds = [...reasons.keys()].map((arn) => arn.split('/').at(-1) ?? '');
  return tellOf(stopped, id, { kind: 'stopped', taskIds });
}

/** Tasks that were being started while their set was deleted. */
function withoutOrphans(draft: ServiceDraft): ServiceDraft {
  const ids = new Set(setsOf(draft).map(({ id }) => id));
  const orphans = draft.tasks.filter(({ task }) => task.desiredStatus === 'RUNNING' && !ids.has(task.startedBy ?? ''));
  return changeTasks(draft, new Set(orphans.map(({ arn }) => arn)), (record) => ({
    ...requestStop(record, { stopCode: 'ServiceSchedulerInitiated', reason: 'The task set was deleted.' }),
    endNoted: true,
  }));
}

/** A set that was deleted goes with its last task. */
function withoutEmptied(draft: ServiceDraft): ServiceDraft {
  const left = new Set(
    draft.tasks.filter(({ task }) => task.lastStatus !== 'STOPPED').map(({ task }) => task.startedBy),
  );
  const kept = setsOf(draft).filter(({ id, status }) => status !== 'DRAINING' || left.has(id));
  if (kept.length === setsOf(draft).length) return draft;
  return { ...draft, service: { ...draft.service, taskSets: kept } };
}

/** A service with task sets is steady when each of them has its tasks. */
function tellIfSteady(draft: ServiceDraft, rules: TaskRules): ServiceDraft {
  const sets = setsOf(draft);
  const isAsWanted = sets.every((taskSet) => {
    const tasks = tasksOf(taskSet, draft, rules).filter(({ state }) => state !== 'ENDED');
    const isHealthy = tasks.every(({ state }) => state === 'HEALTHY');
    return !taskSet.retry && isHealthy && tasks.length === computedDesiredCount(draft.service, taskSet);
  });
  const [newest] = draft.service.events;
  return sets.length === 0 || !isAsWanted || (newest && isSteady(newest))
    ? draft
    : tellOf(draft, undefined, { kind: 'steady' });
}

function wakeTimes(draft: ServiceDraft, heldBack: readonly ServiceTask[], rules: TaskRules): number[] {
  const held = new Set(heldBack.map(({ arn }) => arn));
  const running = draft.tasks.filter(({ task }) => task.desiredStatus === 'RUNNING');
  return [
    ...setsOf(draft).flatMap((taskSet) => [taskSet.retry?.notBefore, ...recoveries(taskSet, draft, rules)]),
    ...draft.tasks.filter(({ arn }) => held.has(arn)).map(({ protectedUntil }) => protectedUntil),
    ...running.map((record) => graceEnd(record, rules)),
  ].filter((time) => time !== undefined);
}
