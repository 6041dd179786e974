import { serviceDeploymentArn } from './arn.ts';
import type { DeploymentRecord, ServiceDeployment, ServiceDeploymentRecord, ServiceRecord } from './service.ts';

type RevisionSummary = NonNullable<ServiceDeployment['targetServiceRevision']>;

/** A rollout that is to begin. */
export interface NewRollout {
  readonly revisionArn: string;
  readonly serviceDeploymentArn: string;
  /** 19 random digits. */
  readonly number: string;
}

/** The service with a new PRIMARY deployment; the one before it is replaced from now on. */
export function withRollout(service: ServiceRecord, rollout: NewRollout, now: number): ServiceRecord {
  const before = service.deployments.map((deployment): DeploymentRecord => ({ ...deployment, status: 'ACTIVE' }));
  return { ...service, deployments: [newDeployment(rollout, now), ...before] };
}

function newDeployment({ revisionArn, serviceDeploymentArn: arn, number }: NewRollout, now: number): DeploymentRecord {
  const id = `ecs-svc/${number}`;
  return {
    id,
    revisionArn,
    serviceDeploymentArn: arn,
    status: 'PRIMARY',
    failedTasks: 0,
    rolloutState: 'IN_PROGRESS',
    // The words of DescribeServices (AWS CLI, examples/ecs/describe-services.rst).
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * The history's record of a rollout, which begins as PENDING.
 *
 * @param id 21 random letters
 * @param sources the revisions whose tasks run when it begins
 */
export function newServiceDeployment(
  service: ServiceRecord,
  id: string,
  revisionArn: string,
  sources: readonly RevisionSummary[],
  now: number,
): ServiceDeploymentRecord {
  const { arn: serviceArn, clusterArn, clusterName, name, settings } = service;
  const arn = serviceDeploymentArn(service, clusterName, name, id);
  const { desiredCount, deploymentConfiguration = {} } = settings;
  return {
    arn,
    serviceArn,
    serviceDeployment: {
      serviceDeploymentArn: arn,
      serviceArn,
      clusterArn,
      createdAt: now,
      updatedAt: now,
      sourceServiceRevisions: [...sources],
      targetServiceRevision: {
        arn: revisionArn,
        requestedTaskCount: desiredCount,
        runningTaskCount: 0,
        pendingTaskCount: 0,
      },
      status: 'PENDING',
      deploymentConfiguration,
      ...monitorsOf(deploymentConfiguration),
    },
  };
}

/** What may end a deployment before it is complete. */
function monitorsOf({
  deploymentCircuitBreaker: breaker,
  alarms,
}: NonNullable<ServiceDeployment['deploymentConfiguration']>): Partial<ServiceDeployment> {
  return {
    deploymentCircuitBreaker: { status: breaker?.enable ? 'MONITORING' : 'DISABLED', failureCount: 0 },
    alarms: alarms?.enable ? { status: 'MONITORING', alarmNames: alarms.alarmNames ?? [] } : { status: 'DISABLED' },
  };
}

/** Whether a deployment of the history may still change. */
export const isOver = ({ status }: ServiceDeployment): boolean =>
  status === 'SUCCESSFUL' || status === 'STOPPED' || status === 'ROLLBACK_SUCCESSFUL' || status === 'ROLLBACK_FAILED';

/** An unfinished deployment that a newer one took the place of. */
export function superseded(record: ServiceDeploymentRecord, now: number): ServiceDeploymentRecord {
  if (isOver(record.serviceDeployment)) return record;
  const serviceDeployment: ServiceDeployment = {
    ...record.serviceDeployment,
    status: 'STOPPED',
    statusReason: 'A newer service deployment took the place of this one.',
    finishedAt: now,
    stoppedAt: now,
    updatedAt: now,
  };
  return { ...record, serviceDeployment };
}
