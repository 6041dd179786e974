import { invalidParameter } from '../../errors.ts';
import type { ClusterRecord, Tag } from '../../model/cluster.ts';
import { checkLaunchVolumes } from '../../model/launch-volumes.ts';
import { checkPlacement } from '../../model/place-tasks.ts';
import { serviceGroup } from '../../model/service.ts';
import type { TaskBatch } from '../../model/task-batch.ts';
import type { TaskDefinitionRecord } from '../../model/task-definition.ts';
import { planNetwork } from '../../model/task-network.ts';
import { resolveOverrides } from '../../model/task-overrides.ts';
import { placementsOf, planPlacement } from '../../model/task-placement.ts';
import { findCluster, findTaskDefinition } from '../../store/lookups.ts';
import type { Context, Input } from '../operation.ts';
import { checkTags } from '../tag-rules.ts';

/** A RunTask call that was found valid: what all of its tasks have in common. */
type RunTaskPlan = Omit<TaskBatch, 'ids' | 'account' | 'region'> & { readonly count: number };

/** @throws AwsError when the call asks for what cannot be. */
export function planRunTask(input: Input<'RunTask'>, context: Context): RunTaskPlan {
  const { store, config } = context;
  const { count = 1, group, startedBy } = input;
  checkInput(input);
  const cluster = findCluster(store, context, input.cluster);
  const found = findTaskDefinition(store, context, input.taskDefinition ?? '', 'TaskDefinition not found.');
  const { definition } = found;
  if (definition.status !== 'ACTIVE') throw invalidParameter('TaskDefinition is inactive');
  checkLaunchVolumes(definition, input.volumeConfigurations ?? []);
  return {
    count,
    cluster,
    definition,
    placements: placementsOf(planPlacement(input, definition, cluster, config.strict), count),
    constraints: [...(input.placementConstraints ?? []), ...(definition.placementConstraints ?? [])],
    strategies: input.placementStrategy ?? [],
    ...planNetwork(input, definition, config.strict),
    overrides: resolveOverrides(input.overrides, definition),
    group,
    startedBy,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    tags: tagsOf(input, found, cluster),
    volumeConfigurations: input.volumeConfigurations,
  };
}

/** The limits that the API reference gives for RunTask. */
function checkInput({ count = 1, startedBy = '', group, ...input }: Input<'RunTask'>): void {
  if (count < 1 || count > 10) throw invalidParameter(`count must be between 1 and 10, but was ${count}.`);
  if (!/^[\w/-]{0,128}$/.test(startedBy)) {
    throw invalidParameter('startedBy must be up to 128 letters, numbers, hyphens, forward slashes and underscores.');
  }
  if (group?.startsWith(serviceGroup(''))) throw invalidParameter('Invalid namespace for group.');
  if (input.propagateTags === 'SERVICE') throw invalidParameter('RunTask cannot propagate the tags of a SERVICE.');
  checkPlacement(input.placementConstraints, input.placementStrategy);
}

/** The tags of the call, over those of the definition if it propagates them, beside those that ECS gives ("Tagging your Amazon ECS resources"). */
function tagsOf(input: Input<'RunTask'>, definition: TaskDefinitionRecord, cluster: ClusterRecord): Tag[] {
  checkTags(input.tags);
  const tags = new Map<string | undefined, Tag>();
  const propagated = input.propagateTags === 'TASK_DEFINITION' ? definition.tags : [];
  const managed = input.enableECSManagedTags ? [{ key: 'aws:ecs:clusterName', value: cluster.name }] : [];
  for (const tag of [...propagated, ...(input.tags ?? []), ...managed]) tags.set(tag.key, tag);
  return [...tags.values()];
}
