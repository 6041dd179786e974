import { clusterArn, taskArn } from '../../lib/model/arn.ts';
import type { Task, TaskRecord } from '../../lib/model/task.ts';

/** A task as the store keeps it, in us-east-1 of account 000000000000. */
export function storedTask(clusterName: string, id: string, task: Partial<Task> = {}): TaskRecord {
  const scope = { account: '000000000000', region: 'us-east-1' };
  const arn = taskArn(scope, clusterName, id);
  return {
    ...scope,
    arn,
    id,
    clusterArn: clusterArn(scope, clusterName),
    clusterName,
    task: { taskArn: arn, desiredStatus: 'RUNNING', lastStatus: 'RUNNING', ...task },
  };
}
