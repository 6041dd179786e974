import { invalidParameter } from '../../errors.ts';
import { describeContainerInstance } from '../../model/container-instance-description.ts';
import { tasksByInstance } from '../../store/container-instances.ts';
import { findCluster } from '../../store/lookups.ts';
import type { Operation } from '../operation.ts';
import { findInstance, putInstance } from './instances.ts';

/** The node leaves this cluster and stays in the others. */
export const deregisterContainerInstance: Operation<'DeregisterContainerInstance'> = async (input, context) => {
  const { store } = context;
  const cluster = findCluster(store, context, input.cluster);
  const reference = input.containerInstance ?? '';
  const instance = findInstance(reference, cluster, context);
  const tasks = tasksByInstance(store, cluster.arn).get(instance.arn) ?? [];
  if (tasks.length > 0 && !input.force) throw invalidParameter('Found running tasks on the instance.');
  putInstance(instance, cluster, { status: 'INACTIVE' }, context);
  await store.commit();
  return {
    containerInstance: describeContainerInstance(findInstance(reference, cluster, context), tasks, []),
  };
};
