import { AwsError, clusterNotFound, invalidParameter, unsupportedFeature } from '../../errors.ts';
import { parseArn } from '../../model/arn.ts';
import type { Tag } from '../../model/cluster.ts';
import type { Context } from '../operation.ts';

/** Whatever can have tags, as the tag operations see it. */
export interface TaggedResource {
  readonly tags: readonly Tag[];
  /** Gives it these tags instead; the caller commits. */
  replaceTags(tags: Tag[]): void;
}

type Find = (arn: string, context: Context) => TaggedResource;

/** By the first word of the ARN's resource. */
const finders: Readonly<Record<string, Find>> = {
  cluster: findTaggedCluster,
  'task-definition': findTaggedTaskDefinition,
  task: findTaggedTask,
  service: findTaggedService,
  'task-set': findTaggedTaskSet,
  'capacity-provider': findTaggedCapacityProvider,
};

/** @throws AwsError in the words of the resource's own operations when there is no such resource */
export function findTaggedResource(resourceArn: string, context: Context): TaggedResource {
  const arn = parseArn(resourceArn);
  if (arn?.service !== 'ecs' || arn.region !== context.region || arn.account !== context.account) {
    throw invalidParameter(`Invalid identifier: '${resourceArn}' is no ARN of a resource in ${context.region}.`);
  }
  const kind = arn.resource.split('/', 1)[0] ?? '';
  const find = finders[kind];
  if (!find) throw unsupportedFeature(`KECS does not keep tags of ${kind} resources yet (${resourceArn}).`);
  return find(resourceArn, context);
}

function findTaggedCluster(arn: string, { store }: Context): TaggedResource {
  const record = store.clusters.get(arn);
  if (!record) throw clusterNotFound();
  if (record.status !== 'ACTIVE') {
    // hashicorp/terraform-provider-aws looks for this text (internal/service/ecs/generate.go).
    throw invalidParameter('The specified cluster is inactive. Specify an active cluster and try again.');
  }
  return { tags: record.tags, replaceTags: (tags) => store.clusters.put({ ...record, tags }) };
}

function findTaggedTaskDefinition(arn: string, { store }: Context): TaggedResource {
  const record = store.taskDefinitions.get(arn);
  if (!record) {
    throw invalidParameter(
      'The specified task definition does not exist. Specify a valid account, family, revision and try again.',
    );
  }
  return { tags: record.tags, replaceTags: (tags) => store.taskDefinitions.put({ ...record, tags }) };
}

function findTaggedCapacityProvider(arn: string, { store }: Context): TaggedResource {
  const record = store.capacityProviders.get(arn);
  if (record?.capacityProvider.status !== 'ACTIVE') {
    throw invalidParameter(
      'The specified capacity provider does not exist. Specify a valid name or ARN and try again.',
    );
  }
  return { tags: record.tags, replaceTags: (tags) => store.capacityProviders.put({ ...record, tags }) };
}

function findTaggedService(arn: string, { store }: Context): TaggedResource {
  if (arn.split('/').length < 3) throw invalidParameter('Long arn format must be used for tagging operations');
  const record = store.services.get(arn);
  if (!record) throw new AwsError('ResourceNotFoundException', `There is no service ${arn}.`);
  if (record.status === 'INACTIVE') {
    throw invalidParameter('The specified service is inactive. Specify an active service and try again.');
  }
  return { tags: record.tags, replaceTags: (tags) => store.services.put({ ...record, tags }) };
}

function findTaggedTaskSet(arn: string, { store }: Context): TaggedResource {
  for (const service of store.services.values()) {
    const { taskSets = [] } = service;
    const taskSet = taskSets.find((one) => one.arn === arn);
    if (!taskSet) continue;
    const replaceTags = (tags: Tag[]): void =>
      store.services.put({ ...service, taskSets: taskSets.map((one) => (one === taskSet ? { ...one, tags } : one)) });
    return { tags: taskSet.tags, replaceTags };
  }
  throw new AwsError('ResourceNotFoundException', `There is no task set ${arn}.`);
}

function findTaggedTask(arn: string, { store }: Context): TaggedResource {
  if (arn.split('/').length < 3) throw invalidParameter('Long arn format must be used for tagging operations');
  const record = store.tasks.get(arn);
  if (!record) throw invalidParameter('The referenced task was not found.');
  return {
    tags: record.task.tags ?? [],
    replaceTags: (tags) => store.tasks.put({ ...record, task: { ...record.task, tags } }),
  };
}
