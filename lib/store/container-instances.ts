import type { ClusterRecord } from '../model/cluster.ts';
import { type ContainerInstance, containerInstance, containerInstanceArn } from '../model/container-instance.ts';
import type { Node } from '../model/node.ts';
import type { Task } from '../model/task.ts';
import { arnInCluster } from './lookups.ts';
import type { Store } from './store.ts';

/** The container instances of a cluster, deregistered ones included, in the order of the nodes' names. */
export function containerInstancesOf(
  store: Store,
  cluster: ClusterRecord,
  nodes: readonly Node[],
): ContainerInstance[] {
  const sorted = nodes.toSorted((a, b) => a.name.localeCompare(b.name));
  return sorted.map((node) =>
    containerInstance(cluster, node, store.containerInstances.get(containerInstanceArn(cluster, node.name))),
  );
}

/** The ARN that a container instance's id or ARN stands for in a cluster. */
export const containerInstanceArnOf = (cluster: ClusterRecord, idOrArn: string): string =>
  arnInCluster(cluster, 'container-instance', idOrArn);

/** The tasks that are on each container instance of a cluster, or about to be; those that have stopped are on none. */
export function tasksByInstance(store: Store, clusterArn: string): ReadonlyMap<string, Task[]> {
  const tasks = new Map<string, Task[]>();
  for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
    for (const { task } of store.tasks.inCluster(clusterArn, desiredStatus)) {
      if (task.containerInstanceArn === undefined || task.lastStatus === 'STOPPED') continue;
      const own = tasks.get(task.containerInstanceArn) ?? [];
      tasks.set(task.containerInstanceArn, own);
      own.push(task);
    }
  }
  return tasks;
}
