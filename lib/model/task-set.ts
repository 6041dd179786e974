import type * as ecs from '@aws-sdk/client-ecs';
import { present } from '../util/present.ts';
import { membersOf } from './revision-members.ts';
import type { ServiceTaskCounts } from './service-counts.ts';
import type { ServiceRecord, ServiceRevision, TaskSetRecord } from './service.ts';
import type { Wire } from './wire.ts';

export type TaskSet = Wire<ecs.TaskSet>;

/** "The result is always rounded up. For example, if the computed desired count is 1.2, it rounds up to 2 tasks" (API_TaskSet.html). */
export function computedDesiredCount({ settings }: ServiceRecord, { scale, status }: TaskSetRecord): number {
  return status === 'DRAINING' ? 0 : Math.ceil((settings.desiredCount * scale) / 100);
}

/** A task set as the API shows it, tags aside. */
export function describeTaskSet(
  service: ServiceRecord,
  record: TaskSetRecord,
  revision: ServiceRevision,
  counts: ServiceTaskCounts,
  now: number,
): TaskSet {
  const desired = computedDesiredCount(service, record);
  const isSteady = counts.runningCount === desired && counts.pendingCount === 0;
  return {
    id: record.id,
    taskSetArn: record.arn,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    status: record.status,
    computedDesiredCount: desired,
    ...counts,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    ...membersOf(revision),
    scale: { value: record.scale, unit: 'PERCENT' },
    stabilityStatus: isSteady ? 'STEADY_STATE' : 'STABILIZING',
    // "The Unix timestamp for the time when the task set stability status was retrieved."
    stabilityStatusAt: now,
    ...present({
      startedBy: record.startedBy,
      externalId: record.externalId,
      platformVersion: record.platformVersion,
    }),
  };
}
