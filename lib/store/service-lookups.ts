import { AwsError } from '../errors.ts';
import type { ClusterRecord } from '../model/cluster.ts';
import { currentRevisionArn } from '../model/service-description.ts';
import type { ServiceDeploymentRecord, ServiceRecord, ServiceRevisionRecord } from '../model/service.ts';
import { arnInCluster } from './lookups.ts';
import type { Store } from './store.ts';

/** The service of that cluster by name or ARN, in whatever status. */
export function getService(store: Store, cluster: ClusterRecord, nameOrArn: string): ServiceRecord | undefined {
  const record = store.services.get(serviceArnOf(cluster, nameOrArn));
  return record?.clusterArn === cluster.arn ? record : undefined;
}

/** The ARN that a service's name or ARN stands for in a cluster. */
export const serviceArnOf = (cluster: ClusterRecord, nameOrArn: string): string =>
  arnInCluster(cluster, 'service', nameOrArn);

/** The services of a cluster, in the order in which they were created. */
export function* servicesOf(store: Store, clusterArn: string): Generator<ServiceRecord> {
  for (const service of store.services.values()) if (service.clusterArn === clusterArn) yield service;
}

/** @throws ServiceNotFoundException when the cluster has no service of that name or ARN. */
export function findService(store: Store, cluster: ClusterRecord, nameOrArn: string): ServiceRecord {
  const service = getService(store, cluster, nameOrArn);
  if (!service) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  return service;
}

/** What a service runs now, or ran last when it is INACTIVE. */
export function currentRevision(store: Store, service: ServiceRecord): ServiceRevisionRecord | undefined {
  return store.serviceRevisions.get(currentRevisionArn(service) ?? '');
}

/** Deployments of a service, newest first, as its history tells of them. */
export function historyOf(store: Store, serviceArnWanted: string): ServiceDeploymentRecord[] {
  const history = [];
  for (const record of store.serviceDeployments.values()) {
    if (record.serviceArn === serviceArnWanted) history.push(record);
  }
  return history.reverse();
}

/** Whether a service that is not INACTIVE has tasks of this revision of a task definition, is about to, or would be rolled back to it. */
export function usesTaskDefinition(store: Store, taskDefinitionArn: string): boolean {
  for (const { status, deployments, taskSets = [], lastCompleted } of store.services.values()) {
    if (status === 'INACTIVE') continue;
    for (const { revisionArn } of [...deployments, ...taskSets, ...(lastCompleted ? [lastCompleted] : [])]) {
      if (store.serviceRevisions.get(revisionArn)?.revision.taskDefinition === taskDefinitionArn) return true;
    }
  }
  return false;
}

/** Deletes a service that is INACTIVE with its history: "When you delete a service, Amazon ECS deletes the corresponding service deployments" (Developer Guide). */
export function forgetService(store: Store, { arn }: ServiceRecord): void {
  for (const table of [store.serviceDeployments, store.serviceRevisions]) {
    for (const record of table.values()) if (record.serviceArn === arn) table.delete(record.arn);
  }
  store.services.delete(arn);
}
