import { resetsOnHealthyTask } from './circuit-breaker.ts';
import { type ServiceDraft, changeHistory, changePrimary, changeTasks, primaryOf, tell } from './service-draft.ts';
import type { TaskRules } from './service-task.ts';
import { serviceTask } from './service-task.ts';
import { afterFailure, isThrottled } from './start-retry.ts';
import { lostWhileAway } from './task-ending.ts';
import type { Task, TaskRecord } from './task.ts';

/** A task that ends by itself before it has run so long never started well. */
export const briefSeconds = 10;

/** Takes note of each task that stops, once, and counts those of the PRIMARY deployment that failed to start. */
export function noteEndings(draft: ServiceDraft): ServiceDraft {
  const ending = draft.tasks.filter((record) => record.task.desiredStatus === 'STOPPED' && !record.endNoted);
  if (ending.length === 0) return draft;
  const noted = changeTasks(draft, arnsOf(ending), (record) => ({ ...record, endNoted: true }));
  const primaryId = primaryOf(draft)?.id;
  const failed = ending.filter(({ task }) => task.startedBy === primaryId && failedToStart(task, draft.now));
  return withFailures(noted, failed.length);
}

/** Tasks of the PRIMARY deployment failed to start, could not be started, or failed their health checks. */
export function withFailures(draft: ServiceDraft, count: number): ServiceDraft {
  if (count === 0) return draft;
  const { now } = draft;
  const failed = changePrimary(draft, ({ retry, failedTasks, rolloutState }) => ({
    retry: afterFailure(retry, now),
    // "Once a service deployment has one or more successfully running tasks, the failed task count … stops being evaluated" (API reference, Deployment).
    failedTasks: rolloutState === 'IN_PROGRESS' ? failedTasks + count : failedTasks,
  }));
  const primary = primaryOf(failed);
  const counted = withFailureCount(failed, primary?.failedTasks ?? 0);
  return isThrottled(primary?.retry) ? tell(counted, { kind: 'throttled' }) : counted;
}

/** A task that was started after the last failure and runs well ends the count. */
export function noteRecovery(draft: ServiceDraft, rules: TaskRules): ServiceDraft {
  const [first] = recoveries(draft, rules);
  if (first === undefined || first > draft.now) return draft;
  const reset = resetsOnHealthyTask(draft.service.settings);
  const recovered = changePrimary(draft, ({ retry: _over, failedTasks }) => ({
    retry: undefined,
    failedTasks: reset ? 0 : failedTasks,
  }));
  return reset ? withFailureCount(recovered, 0) : recovered;
}

/** When tasks that run well will have run long enough, soonest first. */
export function recoveries({ service, tasks, now }: ServiceDraft, rules: TaskRules): number[] {
  const [primary] = service.deployments;
  const since = primary?.retry?.lastFailureAt;
  if (since === undefined) return [];
  return tasks
    .filter((record) => record.task.startedBy === primary?.id && (record.task.createdAt ?? 0) >= since)
    .filter((record) => serviceTask(record, rules, now).state === 'HEALTHY')
    .map(({ task }) => (task.startedAt ?? now) + briefSeconds)
    .sort((a, b) => a - b);
}

function withFailureCount(draft: ServiceDraft, failureCount: number): ServiceDraft {
  const breaker = draft.history?.serviceDeployment.deploymentCircuitBreaker;
  return changeHistory(draft, { deploymentCircuitBreaker: { ...breaker, failureCount } });
}

/** "If the service scheduler can't launch the task, the task doesn't transition to a RUNNING state" (API reference, Deployment); also one that ended as soon as it ran. */
export function failedToStart(task: Task, now: number): boolean {
  if (task.stopCode === 'TaskFailedToStart') return task.stoppedReason !== lostWhileAway;
  if (task.stopCode !== 'EssentialContainerExited') return false;
  return (task.executionStoppedAt ?? now) - (task.startedAt ?? now) < briefSeconds;
}

const arnsOf = (records: readonly TaskRecord[]): ReadonlySet<string> => new Set(records.map(({ arn }) => arn));
