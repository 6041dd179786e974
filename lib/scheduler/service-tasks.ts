import type { Tag } from '../model/cluster.ts';
import type { ContainerInstance } from '../model/container-instance.ts';
import type { PlacementStrategy } from '../model/place-tasks.ts';
import { type DeploymentRecord, type ServiceRecord, serviceGroup } from '../model/service.ts';
import type { TaskBatch } from '../model/task-batch.ts';
import type { TaskDefinition, TaskDefinitionRecord } from '../model/task-definition.ts';
import { resolveOverrides } from '../model/task-overrides.ts';
import { placementsOf } from '../model/task-placement.ts';
import type { Store } from '../store/store.ts';
import { newTaskId } from '../util/random-id.ts';

/** A deployment or a task set: what its tasks are made of, and whose they are. */
export type Deployed = Pick<DeploymentRecord, 'id' | 'revisionArn'>;

/**
 * What `count` new tasks of a deployment are made of.
 *
 * @param instances where they go, one by one; others are placed as the service says
 * @throws Error in words when something of it is gone
 */
export function serviceBatch(
  store: Store,
  service: ServiceRecord,
  deployment: Deployed,
  count: number,
  instances: readonly ContainerInstance[] = [],
): TaskBatch {
  const { account, region, settings } = service;
  const cluster = store.clusters.get(service.clusterArn);
  const revision = store.serviceRevisions.get(deployment.revisionArn);
  const found = store.taskDefinitions.get(revision?.revision.taskDefinition ?? '');
  if (!cluster || !revision) throw new Error(`The service revision ${deployment.revisionArn} is gone.`);
  if (!found) throw new Error(`The task definition ${revision.revision.taskDefinition} was deleted.`);
  const { network, placement } = revision.launch;
  return {
    account,
    region,
    ids: Array.from({ length: count }, newTaskId),
    cluster,
    definition: found.definition,
    placements: placementsOf(placement, count, providersOf(store, service)).map((one, i) => {
      const instance = instances[i];
      return instance ? { ...one, instance } : one;
    }),
    constraints: [...(settings.placementConstraints ?? []), ...(found.definition.placementConstraints ?? [])],
    strategies: settings.placementStrategy?.length ? settings.placementStrategy : defaultStrategies,
    ...network,
    overrides: resolveOverrides(undefined, found.definition),
    group: serviceGroup(service.name),
    startedBy: deployment.id,
    enableExecuteCommand: settings.enableExecuteCommand ?? false,
    tags: tagsOf(service, found, cluster.name),
    volumeConfigurations: revision.revision.volumeConfigurations,
  };
}

/** "By default, tasks are spread across Availability Zones" ("How Amazon ECS places tasks", services), and here over the nodes of one. */
const defaultStrategies: readonly PlacementStrategy[] = [
  { type: 'spread', field: 'attribute:ecs.availability-zone' },
  { type: 'spread', field: 'instanceId' },
];

/** Whether an essential container of the deployment's tasks tells of its health. */
export function hasHealthCheck(store: Store, { revisionArn }: Deployed): boolean {
  const arn = store.serviceRevisions.get(revisionArn)?.revision.taskDefinition ?? '';
  const { containerDefinitions = [] }: TaskDefinition = store.taskDefinitions.get(arn)?.definition ?? {};
  return containerDefinitions.some(({ essential, healthCheck }) => essential !== false && healthCheck !== undefined);
}

/** The capacity providers that the service's tasks are on already. */
const providersOf = (store: Store, { arn }: ServiceRecord): string[] =>
  [...store.tasks.ofService(arn)]
    .filter(({ task }) => task.desiredStatus === 'RUNNING')
    .flatMap(({ task }) => task.capacityProviderName ?? []);

/** Those that the service hands on, and those that ECS gives ("Tagging your Amazon ECS resources", Developer Guide). */
function tagsOf({ name, tags, settings }: ServiceRecord, definition: TaskDefinitionRecord, cluster: string): Tag[] {
  const { propagateTags, enableECSManagedTags } = settings;
  const handedOn = propagateTags === 'SERVICE' ? tags : propagateTags === 'TASK_DEFINITION' ? definition.tags : [];
  const managed = enableECSManagedTags
    ? [
        { key: 'aws:ecs:serviceName', value: name },
        { key: 'aws:ecs:clusterName', value: cluster },
      ]
    : [];
  return [...handedOn, ...managed];
}
