import { countServiceTasks } from './service-counts.ts';
import { type ServiceDraft, changeHistory, changePrimary, primaryOf, tell } from './service-draft.ts';
import { isSteady } from './service-events.ts';
import { isOver } from './service-rollout.ts';
import type { ServiceTask } from './service-task.ts';
import type { ServiceDeployment } from './service.ts';

/** What is over is over: deployments without tasks go, a rollout is completed, a service is steady or INACTIVE. */
export function settle(draft: ServiceDraft, tasks: readonly ServiceTask[]): ServiceDraft {
  const left = tasks.filter(({ state }) => state !== 'ENDED');
  const cleared = withoutReplaced(draft, left);
  if (draft.service.status === 'DRAINING') return left.length === 0 ? inactive(cleared) : cleared;
  if (!isAsWanted(cleared, left)) return cleared;
  const completed = primaryOf(cleared)?.rolloutState === 'IN_PROGRESS' ? complete(cleared) : cleared;
  const [newest] = completed.service.events;
  return newest && isSteady(newest) ? completed : tell(completed, { kind: 'steady' });
}

/** "INACTIVE: A deployment that has been completely replaced" (API reference, Deployment): it is not shown any more. */
function withoutReplaced(draft: ServiceDraft, left: readonly ServiceTask[]): ServiceDraft {
  const [primary, ...others] = draft.service.deployments;
  if (!primary) return draft;
  const kept = others.filter(({ id }) => left.some(({ deploymentId }) => deploymentId === id));
  if (kept.length === others.length) return draft;
  return { ...draft, service: { ...draft.service, deployments: [primary, ...kept] } };
}

/** All tasks are healthy ones of the PRIMARY deployment, and no older one is on its way down; what failed lately is not trusted yet. */
function isAsWanted(draft: ServiceDraft, left: readonly ServiceTask[]): boolean {
  const primary = primaryOf(draft);
  if (!primary || primary.rolloutState === 'FAILED' || primary.retry) return false;
  const own = left.filter(({ deploymentId, state }) => deploymentId === primary.id && state !== 'ENDING');
  const hasOlder = left.some(({ deploymentId }) => deploymentId !== primary.id);
  const isHealthy = own.every(({ state }) => state === 'HEALTHY');
  return !hasOlder && isHealthy && own.length === draft.service.settings.desiredCount;
}

function complete(draft: ServiceDraft): ServiceDraft {
  const { id = '', revisionArn = '' } = primaryOf(draft) ?? {};
  const changed = changePrimary(draft, () => ({
    rolloutState: 'COMPLETED',
    rolloutStateReason: `ECS deployment ${id} completed.`,
  }));
  const service = { ...changed.service, lastCompleted: { deploymentId: id, revisionArn } };
  return tell(changeHistory({ ...changed, service }, finished(draft)), { kind: 'completed', deploymentId: id });
}

function finished({ history, tasks, now }: ServiceDraft): Partial<ServiceDeployment> {
  const { status, targetServiceRevision, deploymentCircuitBreaker, alarms } = history?.serviceDeployment ?? {};
  const isRollback = status?.startsWith('ROLLBACK') ?? false;
  const { runningCount, pendingCount } = countServiceTasks(isRollback ? [] : tasks);
  return {
    status: isRollback ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL',
    finishedAt: now,
    targetServiceRevision: {
      ...targetServiceRevision,
      runningTaskCount: runningCount,
      pendingTaskCount: pendingCount,
    },
    ...(deploymentCircuitBreaker && { deploymentCircuitBreaker: monitored(deploymentCircuitBreaker) }),
    ...(alarms && { alarms: monitored(alarms) }),
  };
}

const monitored = <T extends { status?: string | undefined }>(monitor: T): T =>
  monitor.status === 'MONITORING' ? { ...monitor, status: 'MONITORING_COMPLETE' } : monitor;

/** The PRIMARY deployment stays with the record, which tells of it as long as it is kept. */
function inactive(draft: ServiceDraft): ServiceDraft {
  const { service, history, now } = draft;
  const gone = { ...draft, service: { ...service, status: 'INACTIVE' as const, inactiveSince: now } };
  if (!history || isOver(history.serviceDeployment)) return gone;
  return changeHistory(gone, {
    status: 'STOPPED',
    statusReason: 'The service was deleted.',
    stoppedAt: now,
    finishedAt: now,
  });
}
