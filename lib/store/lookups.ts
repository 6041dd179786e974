import { clientException, clusterNotFound } from '../errors.ts';
import { type Scope, clusterArn, ecsArn, parseArn, taskArn, taskDefinitionArn } from '../model/arn.ts';
import type { ClusterRecord } from '../model/cluster.ts';
import type { TaskDefinitionRecord } from '../model/task-definition.ts';
import type { TaskRecord } from '../model/task.ts';
import { type Store, familyKey } from './store.ts';

/** The ACTIVE cluster of that name or ARN; "default" when none is named. @throws ClusterNotFoundException */
export function findCluster(store: Store, scope: Scope, reference: string | undefined): ClusterRecord {
  const cluster = getCluster(store, scope, reference);
  if (cluster?.status !== 'ACTIVE') throw clusterNotFound();
  return cluster;
}

/** The cluster of that name or ARN in whatever status, INACTIVE ones included. */
export function getCluster(store: Store, scope: Scope, reference: string | undefined): ClusterRecord | undefined {
  const arn = clusterArnOf(scope, reference);
  return arn.startsWith(clusterArn(scope, '')) ? store.clusters.get(arn) : undefined;
}

/** The ARN that a cluster's name or ARN stands for. */
export function clusterArnOf(scope: Scope, reference = 'default'): string {
  return parseArn(reference) ? reference : clusterArn(scope, reference);
}

/**
 * The ARN that a name or ARN stands for in a cluster, of a kind of resource whose ARNs have the cluster's name in them;
 * those of the old format have not.
 */
export function arnInCluster(cluster: ClusterRecord, kind: string, nameOrArn: string): string {
  const [found, ...names] = parseArn(nameOrArn)?.resource.split('/') ?? [kind, nameOrArn];
  if (found !== kind || names.length !== 1) return nameOrArn;
  return ecsArn(parseArn(cluster.arn) as Scope, `${kind}/${cluster.name}/${names[0]}`);
}

/** The text of DescribeTaskDefinition (hashicorp/terraform-provider-aws looks for it); RunTask has one of its own. */
const cannotDescribe = 'Unable to describe task definition.';

/** A revision by `family:revision` or ARN in whatever status, or the latest ACTIVE one of a family. @throws ClientException */
export function findTaskDefinition(
  store: Store,
  scope: Scope,
  reference: string,
  notFound = cannotDescribe,
): TaskDefinitionRecord {
  const { family, revision } = parseTaskDefinition(scope, reference) ?? {};
  const record =
    family === undefined
      ? undefined
      : revision === undefined
        ? latestActive(store, scope, family)
        : store.taskDefinitions.get(taskDefinitionArn(scope, family, revision));
  if (!record) throw clientException(notFound);
  return record;
}

export interface TaskDefinitionReference {
  readonly family: string;
  readonly revision?: number;
}

/** What `family`, `family:revision` or an ARN of this scope names; undefined for anything else. */
export function parseTaskDefinition(scope: Scope, reference: string): TaskDefinitionReference | undefined {
  const arn = parseArn(reference);
  if (arn && (arn.service !== 'ecs' || arn.region !== scope.region || arn.account !== scope.account)) return undefined;
  const name = arn ? afterPrefix(arn.resource, 'task-definition/') : reference;
  const match = /^([\w-]+)(?::([1-9]\d{0,8}))?$/.exec(name ?? '');
  if (!match) return undefined;
  const [, family = '', revision] = match;
  return revision === undefined ? { family } : { family, revision: Number(revision) };
}

/** A family's revisions that still exist, oldest first. */
export function* revisionsOf(store: Store, scope: Scope, family: string): Generator<TaskDefinitionRecord> {
  const latest = store.families.get(familyKey(scope.account, scope.region, family))?.latestRevision ?? 0;
  for (let revision = 1; revision <= latest; revision++) {
    const record = store.taskDefinitions.get(taskDefinitionArn(scope, family, revision));
    if (record) yield record;
  }
}

/** A task of that cluster, by id or ARN. */
export function findTask(store: Store, cluster: ClusterRecord, idOrArn: string): TaskRecord | undefined {
  const record = store.tasks.get(taskArnOf(cluster, idOrArn));
  return record?.clusterArn === cluster.arn ? record : undefined;
}

/** The ARN that a task's id or ARN stands for in a cluster. ARNs of the old format have no cluster's name in them. */
export function taskArnOf(cluster: ClusterRecord, idOrArn: string): string {
  const arn = parseArn(idOrArn);
  const id = arn ? afterPrefix(arn.resource, 'task/') : idOrArn;
  if (id === undefined || id.includes('/')) return idOrArn;
  return taskArn(parseArn(cluster.arn) as Scope, cluster.name, id);
}

function latestActive(store: Store, scope: Scope, family: string): TaskDefinitionRecord | undefined {
  const latest = store.families.get(familyKey(scope.account, scope.region, family))?.latestRevision ?? 0;
  for (let revision = latest; revision > 0; revision--) {
    const record = store.taskDefinitions.get(taskDefinitionArn(scope, family, revision));
    if (record?.definition.status === 'ACTIVE') return record;
  }
  return undefined;
}

const afterPrefix = (text: string, prefix: string): string | undefined =>
  text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
