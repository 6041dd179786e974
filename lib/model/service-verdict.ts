import { failureThreshold } from './circuit-breaker.ts';
import { type ServiceDraft, changeHistory, changePrimary, primaryOf, tell } from './service-draft.ts';
import type { DeploymentRecord, ServiceRecord } from './service.ts';

/** The words of DescribeServices, as deployments on AWS were seen to say them. */
const tasksFailed = 'ECS deployment circuit breaker: tasks failed to start.';
const rollingBack = (id: string): string => `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`;
const stoppedByUser = 'The service deployment was stopped by the user.';

/** A deployment that failed too often, or that its user stops, is rolled back or given up. */
export function judge(draft: ServiceDraft): ServiceDraft {
  const primary = primaryOf(draft);
  const status = draft.history?.serviceDeployment.status;
  if (primary?.rolloutState !== 'IN_PROGRESS' || draft.service.status !== 'ACTIVE') return draft;
  if (status === 'STOP_REQUESTED') return givenUp(draft, stoppedByUser);
  if (status === 'ROLLBACK_REQUESTED') return rolledBack(draft, stoppedByUser);
  const threshold = failureThreshold(draft.service.settings);
  if (threshold === undefined || primary.failedTasks < threshold) return draft;
  const told = tell(triggered(draft), { kind: 'failed', deploymentId: primary.id });
  return mayRollBack(draft) ? rolledBack(told, tasksFailed) : givenUp(told, tasksFailed);
}

const mayRollBack = ({ service, history }: ServiceDraft): boolean =>
  service.settings.deploymentConfiguration?.deploymentCircuitBreaker?.rollback === true &&
  history?.serviceDeployment.status !== 'ROLLBACK_IN_PROGRESS';

function triggered(draft: ServiceDraft): ServiceDraft {
  const breaker = draft.history?.serviceDeployment.deploymentCircuitBreaker;
  return changeHistory(draft, { deploymentCircuitBreaker: { ...breaker, status: 'TRIGGERED' } });
}

/** "A deployment in FAILED state doesn't launch any new tasks" (API reference, Deployment). */
function givenUp(draft: ServiceDraft, reason: string): ServiceDraft {
  const wasRollback = draft.history?.serviceDeployment.status?.startsWith('ROLLBACK') ?? false;
  return changeHistory(failed(draft, reason), {
    status: wasRollback ? 'ROLLBACK_FAILED' : 'STOPPED',
    statusReason: reason,
    finishedAt: draft.now,
    stoppedAt: draft.now,
  });
}

const failed = (draft: ServiceDraft, reason: string): ServiceDraft =>
  changePrimary(draft, () => ({ rolloutState: 'FAILED', rolloutStateReason: reason }));

/** The last deployment that was completed is the PRIMARY one again: its tasks that still run stay. */
function rolledBack(draft: ServiceDraft, reason: string): ServiceDraft {
  const { service, now } = draft;
  const { lastCompleted } = service;
  if (!lastCompleted || lastCompleted.deploymentId === primaryOf(draft)?.id) return givenUp(draft, reason);
  const [failedOne, ...others] = failed(draft, reason).service.deployments;
  if (!failedOne) return draft;
  const before = others.filter(({ id }) => id !== lastCompleted.deploymentId);
  const deployments = [restored(service, failedOne, now), { ...failedOne, status: 'ACTIVE' as const }, ...before];
  const history = changeHistory(draft, {
    status: 'ROLLBACK_IN_PROGRESS',
    statusReason: reason,
    rollback: { reason, startedAt: now, serviceRevisionArn: lastCompleted.revisionArn },
  });
  const restarted = { ...history, service: { ...service, deployments } };
  return tell(restarted, { kind: 'rollingBack', deploymentId: lastCompleted.deploymentId });
}

function restored(
  { lastCompleted }: ServiceRecord,
  { serviceDeploymentArn }: DeploymentRecord,
  now: number,
): DeploymentRecord {
  const { deploymentId: id = '', revisionArn = '' } = lastCompleted ?? {};
  return {
    id,
    revisionArn,
    serviceDeploymentArn,
    status: 'PRIMARY',
    failedTasks: 0,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: rollingBack(id),
    createdAt: now,
    updatedAt: now,
  };
}
