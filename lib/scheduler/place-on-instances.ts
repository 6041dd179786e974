import { type ContainerInstance, querySubject, remainingResources, resourcesOf } from '../model/container-instance.ts';
import type { Node } from '../model/node.ts';
import { type PlacementCandidate, type Resources, placeTasks } from '../model/place-tasks.ts';
import { type TaskBatch, groupOf } from '../model/task-batch.ts';
import type { TaskPlacement } from '../model/task-record.ts';
import type { Task } from '../model/task.ts';
import { containerInstancesOf, tasksByInstance } from '../store/container-instances.ts';
import type { Store } from '../store/store.ts';

export interface Instances {
  readonly store: Store;
  /** Of Kubernetes as they are now; none while it is not connected. */
  readonly nodes: () => readonly Node[];
  /** Whether a task only goes where what it takes is left, as on AWS. */
  readonly mustFit: boolean;
}

type Placed = TaskPlacement | { readonly failure: string };

/**
 * Chooses a container instance for each task of a batch that runs on one and has none yet. Fargate has no instances;
 * and while no nodes are known Kubernetes chooses.
 */
export function placeOnInstances(batch: TaskBatch, instances: Instances): Placed[] {
  const { placements } = batch;
  const needing = placements.filter(needsInstance);
  const known = needing.length > 0 ? containerInstancesOf(instances.store, batch.cluster, instances.nodes()) : [];
  if (known.length === 0) return [...placements];
  const chosen = choose(batch, needing.length, known, instances);
  return placements.map((placement) => {
    const next = needsInstance(placement) ? chosen.shift() : undefined;
    if (!next) return placement;
    return 'failure' in next ? next : { ...placement, instance: next };
  });
}

const needsInstance = ({ launchType, instance }: TaskPlacement): boolean => launchType === 'EC2' && !instance;

function choose(
  batch: TaskBatch,
  count: number,
  known: readonly ContainerInstance[],
  { store, mustFit }: Instances,
): (ContainerInstance | { readonly failure: string })[] {
  const active = known.filter(({ status, node }) => status === 'ACTIVE' && node.ready);
  // The reason of "API failures messages" (Developer Guide).
  if (active.length === 0) return Array.from({ length: count }, () => ({ failure: 'NO ACTIVE INSTANCES' }));
  const { constraints, strategies } = batch;
  const [only] = active;
  if (only && active.length === 1 && constraints.length === 0 && !mustFit) return Array<typeof only>(count).fill(only);
  const tasks = tasksByInstance(store, batch.cluster.arn);
  const candidates = active.map((instance) => candidate(instance, tasks.get(instance.arn) ?? [], groupOf(batch)));
  const placed = placeTasks(candidates, {
    count,
    constraints,
    strategies,
    needs: needsOf(batch),
    mustFit,
    random: Math.random,
  });
  const byArn = new Map(active.map((instance) => [instance.arn, instance]));
  return placed.map((one) =>
    'failure' in one ? one : (byArn.get(one.instanceArn) ?? { failure: 'NO ACTIVE INSTANCES' }),
  );
}

const candidate = (instance: ContainerInstance, tasks: readonly Task[], group: string): PlacementCandidate => ({
  arn: instance.arn,
  subject: querySubject(instance, tasks),
  remaining: remainingResources(instance, tasks),
  peers: tasks.filter((task) => task.group === group).length,
});

function needsOf({ definition, overrides }: TaskBatch): Resources {
  const { cpu = definition.cpu, memory = definition.memory } = overrides;
  const containers = (definition.containerDefinitions ?? []).map((one) => ({
    cpu: String(one.cpu ?? 0),
    memory: String(one.memoryReservation ?? one.memory ?? 0),
  }));
  return resourcesOf({ containers, ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) });
}
