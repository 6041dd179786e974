import { AwsError, clusterNotFound } from '../../errors.ts';
import { getCluster } from '../../store/lookups.ts';
import { servicesOf } from '../../store/service-lookups.ts';
import type { Store } from '../../store/store.ts';
import type { Operation } from '../operation.ts';
import { changedCluster } from './clusters.ts';

export const deleteCluster: Operation<'DeleteCluster'> = async ({ cluster }, context) => {
  const { store } = context;
  const record = getCluster(store, context, cluster);
  if (!record) throw clusterNotFound();
  // Texts: gruntwork-io/cloud-nuke#368, and hashicorp/terraform-provider-aws#4852 of services.
  if (hasServices(store, record.arn)) {
    throw new AwsError('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
  }
  if (hasTasks(store, record.arn)) {
    throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
  }
  const deleted = { ...record, status: 'INACTIVE' as const };
  store.clusters.put(deleted);
  await store.commit();
  context.scheduler.wakeLeftClusters();
  return { cluster: changedCluster(store, deleted) };
};

/** A DRAINING service still stops its tasks. */
function hasServices(store: Store, clusterArn: string): boolean {
  for (const { status } of servicesOf(store, clusterArn)) if (status !== 'INACTIVE') return true;
  return false;
}

/** Tasks that were told to stop are active until they have. */
function hasTasks(store: Store, clusterArn: string): boolean {
  if (store.tasks.countInCluster(clusterArn, 'RUNNING') > 0) return true;
  for (const { task } of store.tasks.inCluster(clusterArn, 'STOPPED')) {
    if (task.lastStatus !== 'STOPPED') return true;
  }
  return false;
}
