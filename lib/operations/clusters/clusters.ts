import type { ClusterField } from '@aws-sdk/client-ecs';
import { type TaskCounts, countTasks, describeCluster } from '../../model/cluster-description.ts';
import type { Cluster, ClusterRecord } from '../../model/cluster.ts';
import type { Store } from '../../store/store.ts';

/** What operations that change a cluster answer: all of it but statistics and attachments. */
export const changedCluster = (store: Store, record: ClusterRecord): Cluster =>
  clusterOf(store, record, ['TAGS', 'SETTINGS', 'CONFIGURATIONS']);

export const clusterOf = (store: Store, record: ClusterRecord, include: readonly ClusterField[]): Cluster =>
  describeCluster(record, countActiveTasks(store, record.arn), include);

function countActiveTasks(store: Store, clusterArn: string): TaskCounts {
  const tasks = [];
  for (const { task } of store.tasks.inCluster(clusterArn, 'RUNNING')) tasks.push(task);
  return countTasks(tasks);
}
