import { AwsError } from '../../errors.ts';
import type { ClusterRecord } from '../../model/cluster.ts';
import type { ContainerInstance, ContainerInstanceRecord } from '../../model/container-instance.ts';
import { containerInstanceArnOf, containerInstancesOf } from '../../store/container-instances.ts';
import type { Context } from '../operation.ts';

/** @throws InvalidParameterException when the cluster has no such instance */
export function findInstance(idOrArn: string, cluster: ClusterRecord, context: Context): ContainerInstance {
  const instance = instancesByArn(cluster, context).get(containerInstanceArnOf(cluster, idOrArn));
  if (!instance) throw new AwsError('InvalidParameterException', 'Referenced container instance not found.');
  return instance;
}

export const instancesByArn = (cluster: ClusterRecord, { store, nodes }: Context): Map<string, ContainerInstance> =>
  new Map(containerInstancesOf(store, cluster, nodes()).map((instance) => [instance.arn, instance]));

/** The record of an instance, changed; the caller commits. */
export function putInstance(
  { arn }: ContainerInstance,
  cluster: ClusterRecord,
  change: Partial<Pick<ContainerInstanceRecord, 'status' | 'attributes' | 'tags'>>,
  { store }: Context,
): void {
  const before = store.containerInstances.get(arn) ?? { status: 'ACTIVE', attributes: [], tags: [] };
  store.containerInstances.put({ ...before, ...change, arn, clusterArn: cluster.arn });
}
