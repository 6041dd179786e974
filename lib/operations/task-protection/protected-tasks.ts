import type * as ecs from '@aws-sdk/client-ecs';
import type { ClusterRecord } from '../../model/cluster.ts';
import { serviceArnOf } from '../../model/service.ts';
import { isProtected } from '../../model/task-protection.ts';
import type { TaskRecord } from '../../model/task.ts';
import type { Wire } from '../../model/wire.ts';
import { findTask, taskArnOf } from '../../store/lookups.ts';
import type { Context } from '../operation.ts';

export type ProtectedTask = Wire<ecs.ProtectedTask>;
type Failure = Wire<ecs.Failure>;

export interface FoundTasks {
  readonly records: readonly TaskRecord[];
  readonly failures: Failure[];
}

/** The tasks whose protection can be asked for; the others are failures with the reasons of "API failures messages" (Developer Guide). */
export function findProtectable(references: readonly string[], cluster: ClusterRecord, context: Context): FoundTasks {
  const records: TaskRecord[] = [];
  const failures: Failure[] = [];
  for (const reference of new Set(references)) {
    const record = findTask(context.store, cluster, reference);
    const failure = record ? notValid(record) : { arn: taskArnOf(cluster, reference), reason: 'MISSING' };
    if (failure) failures.push(failure);
    else if (record) records.push(record);
  }
  return { records, failures };
}

/** "Invoking this operation for a standalone task will result in an TASK_NOT_VALID failure" (API_UpdateTaskProtection.html). */
function notValid(record: TaskRecord): Failure | undefined {
  const { arn, task } = record;
  if (serviceArnOf(record) === undefined) {
    return { arn, reason: 'TASK_NOT_VALID', detail: 'The task is not part of a service.' };
  }
  if (task.desiredStatus === 'STOPPED') {
    return { arn, reason: 'TASK_NOT_VALID', detail: 'The task is stopping or has stopped.' };
  }
  return undefined;
}

export const describeProtection = (record: TaskRecord, now: number): ProtectedTask => {
  const protectionEnabled = isProtected(record, now);
  return {
    taskArn: record.arn,
    protectionEnabled,
    ...(protectionEnabled && { expirationDate: record.protectedUntil }),
  };
};
