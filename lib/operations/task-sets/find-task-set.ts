import { AwsError, invalidParameter } from '../../errors.ts';
import type { ClusterRecord } from '../../model/cluster.ts';
import type { ServiceRecord, TaskSetRecord } from '../../model/service.ts';
import { findCluster } from '../../store/lookups.ts';
import { findService } from '../../store/service-lookups.ts';
import type { Context } from '../operation.ts';

interface Place {
  readonly cluster?: string | undefined;
  readonly service?: string | undefined;
}

export type ServiceWithTaskSets = ServiceRecord & { readonly taskSets: readonly TaskSetRecord[] };

/** The ACTIVE service that a call names, if something outside of ECS deploys it. */
export function findServiceWithTaskSets(
  place: Place,
  context: Context,
): { readonly cluster: ClusterRecord; readonly service: ServiceWithTaskSets } {
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
export function findTaskSet({ taskSets }: Pick<ServiceWithTaskSets, 'taskSets'>, idOrArn = ''): TaskSetRecord {
  const taskSet = taskSets.find(({ id, arn }) => id === idOrArn || arn === idOrArn);
  if (!taskSet) throw new AwsError('TaskSetNotFoundException', 'The specified task set was not found.');
  return taskSet;
}
