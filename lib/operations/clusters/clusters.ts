import type { ClusterField } from '@aws-sdk/client-ecs';
import {
  type ServiceCounts,
  type TaskCounts,
  countServices,
  countTasks,
  describeCluster,
} from '../../model/cluster-description.ts';
import type { Cluster, ClusterRecord } from '../../model/cluster.ts';
import { currentRevision, servicesOf } from '../../store/service-lookups.ts';
import type { Store } from '../../store/store.ts';

/** What operations that change a cluster answer: all of it but statistics and attachments. */
export const changedCluster = (store: Store, record: ClusterRecord): Cluster =>
  clusterOf(store, record, ['TAGS', 'SETTINGS', 'CONFIGURATIONS']);

export const clusterOf = (store: Store, record: ClusterRecord, include: readonly ClusterField[]): Cluster =>
  describeCluster(
    record,
    { tasks: countActiveTasks(store, record.arn), services: countServicesOf(store, record.arn) },
    include,
  );

function countActiveTasks(store: Store, clusterArn: string): TaskCounts {
  const tasks = [];
  for (const { task } of store.tasks.inCluster(clusterArn, 'RUNNING')) tasks.push(task);
  return countTasks(tasks);
}

function countServicesOf(store: Store, clusterArn: string): ServiceCounts {
  const services = [];
  for (const service of servicesOf(store, clusterArn)) {
    // With a capacity provider strategy there is no launch type, but a platform version on Fargate.
    const { launchType, platformVersion } = currentRevision(store, service)?.revision ?? {};
    services.push({
      status: service.status,
      launchType: launchType ?? (platformVersion === undefined ? 'EC2' : 'FARGATE'),
    });
  }
  return countServices(services);
}
