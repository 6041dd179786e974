import { failureThreshold } from './circuit-breaker.ts';
import { type PlanInput, type TaskPlan, planTasks } from './rolling-update.ts';
import { type ServiceDraft, changeHistory, changeTasks, primaryOf, tell } from './service-draft.ts';
import { noteEndings, noteRecovery, recoveries, withFailures } from './service-endings.ts';
import type { ServiceNews } from './service-events.ts';
import { settle } from './service-settling.ts';
import { type TaskRules, type ServiceTask, graceEnd, serviceTask } from './service-task.ts';
import { judge } from './service-verdict.ts';
import { deploymentWindow } from './service-window.ts';
import { mayStartAt } from './start-retry.ts';
import { requestStop } from './task-progress.ts';
import type { TaskRecord } from './task.ts';

export interface ServiceStep {
  readonly draft: ServiceDraft;
  /** Tasks of the PRIMARY deployment to be started, and how many of them replace unhealthy ones. */
  readonly start: number;
  readonly replacing: number;
  /** When to look again although nothing moves; seconds since the epoch. */
  readonly wakeAt?: number;
}

/** What becomes of a service now: its tasks' ends are noted, tasks are stopped, rollouts fail, are rolled back or completed. */
export function progressService(before: ServiceDraft, rules: TaskRules): ServiceStep {
  const noted = noteRecovery(noteEndings(begun(before)), rules);
  const judged = judge(noted);
  const plan = planOf(judged, rules);
  const stopped = stopTasks(judged, plan);
  const told = tellOfPlan(stopped, plan);
  const draft = settle(told, sighted(told, rules));
  const wakeAt = nextWake(draft, plan, rules);
  const { start, replacing } = plan;
  return { draft, start, replacing, ...(wakeAt !== undefined && { wakeAt }) };
}

/** A rollout that the operations have put begins. */
function begun(draft: ServiceDraft): ServiceDraft {
  const { status, deploymentCircuitBreaker } = draft.history?.serviceDeployment ?? {};
  if (status !== 'PENDING') return draft;
  const threshold = failureThreshold(draft.service.settings);
  return changeHistory(draft, {
    status: 'IN_PROGRESS',
    startedAt: draft.now,
    deploymentCircuitBreaker: { ...deploymentCircuitBreaker, ...(threshold !== undefined && { threshold }) },
  });
}

function planOf(draft: ServiceDraft, rules: TaskRules): TaskPlan {
  const { service, now } = draft;
  const [primary] = service.deployments;
  const isDraining = service.status === 'DRAINING';
  const tasks = sighted(draft, rules);
  const input: PlanInput = {
    // Protection is against scale-in and deployments, not against the deletion of the service.
    tasks: isDraining ? tasks.map((task) => ({ ...task, isProtected: false })) : tasks,
    deploymentIds: service.deployments.map(({ id }) => id),
    desiredCount: isDraining ? 0 : service.settings.desiredCount,
    window: isDraining ? { minimum: 0, maximum: 0 } : deploymentWindow(service.settings),
    mayStart: !isDraining && primary !== undefined && primary.rolloutState !== 'FAILED',
  };
  const plan = planTasks(input);
  return mayStartAt(primary?.retry, now) ? plan : { ...plan, start: 0, replacing: 0 };
}

const sighted = ({ tasks, now }: ServiceDraft, rules: TaskRules): ServiceTask[] =>
  tasks.map((record) => serviceTask(record, rules, now));

/** The reasons are those of "Amazon ECS stopped task error messages" (Developer Guide). */
function stopTasks(draft: ServiceDraft, { scaleIn, unhealthy }: TaskPlan): ServiceDraft {
  const scaledIn = changeTasks(draft, arnsOf(scaleIn), (record) =>
    stopped(record, `Scaling activity initiated by (deployment ${record.task.startedBy})`),
  );
  const failed = changeTasks(scaledIn, arnsOf(unhealthy), (record) =>
    stopped(record, 'Task failed container health checks'),
  );
  return withFailures(failed, unhealthy.length);
}

const stopped = (record: TaskRecord, reason: string): TaskRecord => ({
  ...requestStop(record, { stopCode: 'ServiceSchedulerInitiated', reason }),
  endNoted: true,
});

function tellOfPlan(draft: ServiceDraft, { scaleIn, unhealthy, heldBack, isStuck }: TaskPlan): ServiceDraft {
  const failed = unhealthy.map((task): ServiceNews => ({ kind: 'unhealthy', taskId: idOf(task) }));
  const pending = scaleIn.filter(({ state }) => state === 'PENDING').length;
  const running = [...scaleIn.filter(({ state }) => state !== 'PENDING'), ...unhealthy].map(idOf);
  const deploymentIds = [...new Set(heldBack.map(({ deploymentId }) => deploymentId))];
  const held = deploymentIds.map((deploymentId): ServiceNews => {
    const count = heldBack.filter((task) => task.deploymentId === deploymentId).length;
    return { kind: 'protected', deploymentId, count };
  });
  return tell(
    draft,
    ...failed,
    ...(pending > 0 ? [{ kind: 'stoppedPending', count: pending } as const] : []),
    ...(running.length > 0 ? [{ kind: 'stopped', taskIds: running } as const] : []),
    ...held,
    ...(isStuck ? [{ kind: 'stuck' } as const] : []),
  );
}

function nextWake(draft: ServiceDraft, { heldBack }: TaskPlan, rules: TaskRules): number | undefined {
  const { service, tasks, now } = draft;
  const held = new Set(heldBack.map(({ arn }) => arn));
  const protections = tasks.filter(({ arn }) => held.has(arn)).map(({ protectedUntil }) => protectedUntil);
  const graces = tasks.filter(({ task }) => task.desiredStatus === 'RUNNING').map((record) => graceEnd(record, rules));
  const retryAt = service.status === 'ACTIVE' ? primaryOf(draft)?.retry?.notBefore : undefined;
  const times = [...protections, ...graces, retryAt, recoveries(draft, rules)[0]];
  const due = times.filter((time): time is number => time !== undefined && time > now);
  return due.length > 0 ? Math.min(...due) : undefined;
}

const arnsOf = (tasks: readonly ServiceTask[]): ReadonlySet<string> => new Set(tasks.map(({ arn }) => arn));

const idOf = ({ arn }: ServiceTask): string => arn.split('/').at(-1) ?? '';
