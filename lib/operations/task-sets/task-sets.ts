import { createHash } from 'node:crypto';
import { AwsError, invalidParameter } from '../../errors.ts';
import { taskSetArn } from '../../model/arn.ts';
import type { ClusterRecord } from '../../model/cluster.ts';
import { countByDeployment } from '../../model/service-counts.ts';
import type { RevisionPlan } from '../../model/service-revision.ts';
import type { ServiceRecord, TaskSetRecord } from '../../model/service.ts';
import { type TaskSet, describeTaskSet } from '../../model/task-set.ts';
import { findCluster } from '../../store/lookups.ts';
import { findService } from '../../store/service-lookups.ts';
import type { Store } from '../../store/store.ts';
import { randomDigits } from '../../util/random-id.ts';
import type { Context } from '../operation.ts';
import { putRevision } from '../services/roll-out.ts';

interface Place {
  readonly cluster?: string | undefined;
  readonly service?: string | undefined;
}

export interface ServiceWithTaskSets {
  readonly cluster: ClusterRecord;
  readonly service: ServiceRecord & { readonly taskSets: readonly TaskSetRecord[] };
}

/** The ACTIVE service that a call names, if something outside of ECS deploys it. */
export function findServiceWithTaskSets(place: Place, context: Context): ServiceWithTaskSets {
  const cluster = findCluster(context.store, context, place.cluster);
  const service = findService(context.store, cluster, place.service ?? '');
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  const { taskSets, name } = service;
  if (taskSets) return { cluster, service: { ...service, taskSets } };
  throw invalidParameter(
    `Services with the deployment controllers EXTERNAL and CODE_DEPLOY have task sets, but that of ${name} is ECS.`,
  );
}

/** By id or ARN. @throws TaskSetNotFoundException */
export function findTaskSet({ taskSets }: ServiceWithTaskSets['service'], idOrArn = ''): TaskSetRecord {
  const taskSet = taskSets.find(({ id, arn }) => id === idOrArn || arn === idOrArn);
  if (!taskSet) throw new AwsError('TaskSetNotFoundException', 'The specified task set was not found.');
  return taskSet;
}

/** Puts the changed task sets, commits, and lets the scheduler look at them. */
export async function putTaskSets(
  service: ServiceRecord,
  taskSets: readonly TaskSetRecord[],
  { store, scheduler }: Context,
): Promise<ServiceRecord> {
  const next = { ...service, taskSets };
  store.services.put(next);
  await store.commit();
  scheduler.wakeService(service.arn);
  return next;
}

type Given = Pick<TaskSetRecord, 'status' | 'scale' | 'tags' | 'inputDigest'> & Partial<TaskSetRecord>;

/** A task set of which nothing is in the store yet but what its tasks are made of. */
export function newTaskSet(
  store: Store,
  service: ServiceRecord,
  plan: RevisionPlan,
  given: Given,
  now: number,
): TaskSetRecord {
  const id = `ecs-svc/${randomDigits(19)}`;
  return {
    id,
    arn: taskSetArn(service, service.clusterName, service.name, id),
    revisionArn: putRevision(store, service, plan, now),
    createdAt: now,
    updatedAt: now,
    ...given,
  };
}

/** What a service with the deployment controller CODE_DEPLOY runs until CodeDeploy replaces it. */
export function putFirstTaskSet(store: Store, service: ServiceRecord, plan: RevisionPlan): void {
  const { createdAt, settings } = service;
  const { platformVersion } = settings;
  const given: Given = {
    status: 'PRIMARY',
    scale: 100,
    tags: [],
    inputDigest: '',
    startedBy: 'CODE_DEPLOY',
    ...(platformVersion !== undefined && { platformVersion }),
  };
  const taskSet = newTaskSet(store, service, plan, given, createdAt);
  store.services.put({ ...service, taskSets: [taskSet] });
}

/** A task set as it is now, without its tags. */
export function taskSetOf(service: ServiceRecord, record: TaskSetRecord, { store, now }: Context): TaskSet {
  const counts = countByDeployment(store.tasks.ofService(service.arn));
  const revision = store.serviceRevisions.get(record.revisionArn)?.revision ?? {};
  return describeTaskSet(
    service,
    record,
    revision,
    counts.get(record.id) ?? { runningCount: 0, pendingCount: 0 },
    now(),
  );
}

/** "Accepted values are numbers between 0 and 100" (API_Scale.html). */
export function checkScale({ value = 0 }: { readonly value?: number | undefined } = {}): number {
  if (value >= 0 && value <= 100) return value;
  throw invalidParameter(`The scale of a task set must be between 0 and 100 percent, but was ${value}.`);
}

/** Tags may differ in a repeated call, and a validated input has its members in the order of the service model. */
export const digestOf = ({
  tags: _tags,
  clientToken: _token,
  ...input
}: {
  readonly tags?: unknown;
  readonly clientToken?: unknown;
}): string => createHash('sha256').update(JSON.stringify(input)).digest('hex');
