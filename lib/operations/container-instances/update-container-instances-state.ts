import { invalidParameter } from '../../errors.ts';
import type { ClusterRecord } from '../../model/cluster.ts';
import { describeContainerInstance } from '../../model/container-instance-description.ts';
import { serviceArnOf } from '../../model/service.ts';
import type { Task } from '../../model/task.ts';
import { containerInstanceArnOf, tasksByInstance } from '../../store/container-instances.ts';
import { findCluster } from '../../store/lookups.ts';
import { servicesOf } from '../../store/service-lookups.ts';
import type { Context, Input, Operation } from '../operation.ts';
import { instancesByArn, putInstance } from './instances.ts';

/** "A list of up to 10 container instance IDs or full ARN entries" (API_UpdateContainerInstancesState.html). */
const mostInstances = 10;

export const updateContainerInstancesState: Operation<'UpdateContainerInstancesState'> = async (input, context) => {
  const { store } = context;
  const cluster = findCluster(store, context, input.cluster);
  const status = statusOf(input);
  const arns = [...new Set((input.containerInstances ?? []).map((id) => containerInstanceArnOf(cluster, id)))];
  const before = instancesByArn(cluster, context);
  const known = arns.flatMap((arn) => before.get(arn) ?? []);
  const open = known.filter((instance) => instance.status !== 'INACTIVE');
  for (const instance of open) putInstance(instance, cluster, { status }, context);
  await store.commit();
  const tasks = tasksByInstance(store, cluster.arn);
  wakeServices(
    open.flatMap(({ arn }) => tasks.get(arn) ?? []),
    cluster,
    context,
  );
  const after = instancesByArn(cluster, context);
  return {
    containerInstances: open.flatMap(({ arn }) => {
      const instance = after.get(arn);
      return instance ? [describeContainerInstance(instance, tasks.get(arn) ?? [], [])] : [];
    }),
    failures: [
      ...arns.filter((arn) => !before.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
      ...known.filter((instance) => !open.includes(instance)).map(({ arn }) => ({ arn, reason: 'INACTIVE' })),
    ],
  };
};

/** "The only valid values for this action are ACTIVE and DRAINING" (API_UpdateContainerInstancesState.html). */
function statusOf({ status, containerInstances = [] }: Input<'UpdateContainerInstancesState'>): 'ACTIVE' | 'DRAINING' {
  if (status !== 'ACTIVE' && status !== 'DRAINING') {
    throw invalidParameter(`A container instance can be set to ACTIVE or DRAINING, but not to ${status}.`);
  }
  if (containerInstances.length === 0 || containerInstances.length > mostInstances) {
    throw invalidParameter(
      `UpdateContainerInstancesState takes 1 to ${mostInstances} container instances, but was given ${containerInstances.length}.`,
    );
  }
  return status;
}

/** Services move their tasks away from an instance that is draining, and daemons come to one that is ACTIVE again. */
function wakeServices(tasks: readonly Task[], cluster: ClusterRecord, context: Context): void {
  const { store, scheduler, account, region } = context;
  const withTasks = tasks.flatMap((task) => serviceArnOf({ task, clusterName: cluster.name, account, region }) ?? []);
  const daemons = [...servicesOf(store, cluster.arn)].filter(
    ({ settings }) => settings.schedulingStrategy === 'DAEMON',
  );
  for (const arn of new Set([...withTasks, ...daemons.map((daemon) => daemon.arn)])) scheduler.wakeService(arn);
}
