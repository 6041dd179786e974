import { invalidParameter } from '../../errors.ts';
import { describeContainerInstance } from '../../model/container-instance-description.ts';
import { containerInstanceArnOf, tasksByInstance } from '../../store/container-instances.ts';
import { findCluster } from '../../store/lookups.ts';
import type { Operation } from '../operation.ts';
import { instancesByArn } from './instances.ts';

/** "A list of up to 100 container instance IDs or full Amazon Resource Name (ARN) entries" (API_DescribeContainerInstances.html). */
const mostInstances = 100;

export const describeContainerInstances: Operation<'DescribeContainerInstances'> = async (input, context) => {
  const { containerInstances: wanted = [], include = [] } = input;
  const cluster = findCluster(context.store, context, input.cluster);
  if (wanted.length === 0) throw invalidParameter('Container instances cannot be empty.');
  if (wanted.length > mostInstances) {
    throw invalidParameter(
      `DescribeContainerInstances takes at most ${mostInstances} container instances, but was given ${wanted.length}.`,
    );
  }
  const instances = instancesByArn(cluster, context);
  const tasks = tasksByInstance(context.store, cluster.arn);
  const arns = [...new Set(wanted.map((idOrArn) => containerInstanceArnOf(cluster, idOrArn)))];
  const found = arns.flatMap((arn) => instances.get(arn) ?? []);
  return {
    containerInstances: found.map((one) => describeContainerInstance(one, tasks.get(one.arn) ?? [], include)),
    failures: arns.filter((arn) => !instances.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
  };
};
