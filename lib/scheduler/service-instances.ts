import type { ContainerInstance } from '../model/container-instance.ts';
import { querySubject } from '../model/container-instance.ts';
import type { Node } from '../model/node.ts';
import { mayHost } from '../model/place-tasks.ts';
import type { ServiceRecord } from '../model/service.ts';
import { containerInstancesOf, tasksByInstance } from '../store/container-instances.ts';
import type { Store } from '../store/store.ts';

/** The container instances of a service's cluster; none while no nodes are known. */
export function instancesOf(store: Store, { clusterArn }: ServiceRecord, nodes: readonly Node[]): ContainerInstance[] {
  const cluster = store.clusters.get(clusterArn);
  return cluster ? containerInstancesOf(store, cluster, nodes) : [];
}

/** Tells of an instance whether tasks are to leave it. One that is not known is no reason to stop anything. */
export function leaving(instances: readonly ContainerInstance[]): (containerInstanceArn: string) => boolean {
  const left = new Set(instances.filter(({ status }) => status !== 'ACTIVE').map(({ arn }) => arn));
  return (arn) => left.has(arn);
}

export const isDaemon = ({ settings }: ServiceRecord): boolean => settings.schedulingStrategy === 'DAEMON';

/** Those that a DAEMON service has a task on: all "that meet all of the task placement constraints" (API reference, Service). */
export function daemonInstances(
  store: Store,
  { clusterArn, settings }: ServiceRecord,
  instances: readonly ContainerInstance[],
): ContainerInstance[] {
  const tasks = tasksByInstance(store, clusterArn);
  const meets = (instance: ContainerInstance): boolean =>
    mayHost(querySubject(instance, tasks.get(instance.arn) ?? []), settings.placementConstraints ?? []);
  return instances.filter((instance) => instance.status === 'ACTIVE' && instance.node.ready && meets(instance));
}

/** Those without a task of the service that goes on. */
export function withoutTask(
  store: Store,
  { arn }: ServiceRecord,
  instances: readonly ContainerInstance[],
): ContainerInstance[] {
  const taken = new Set<string | undefined>();
  for (const { task } of store.tasks.ofService(arn)) {
    if (task.desiredStatus !== 'STOPPED') taken.add(task.containerInstanceArn);
  }
  return instances.filter((instance) => !taken.has(instance.arn));
}
