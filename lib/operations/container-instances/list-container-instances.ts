import { parseQuery } from '../../model/cluster-query.ts';
import { querySubject } from '../../model/container-instance.ts';
import { containerInstancesOf, tasksByInstance } from '../../store/container-instances.ts';
import { findCluster } from '../../store/lookups.ts';
import type { Operation } from '../operation.ts';
import { page } from '../paging.ts';

/** "The default is to include container instances set to all states other than INACTIVE" (API_ListContainerInstances.html). */
export const listContainerInstances: Operation<'ListContainerInstances'> = async (input, context) => {
  const { store, nodes } = context;
  const cluster = findCluster(store, context, input.cluster);
  const matches = input.filter ? parseQuery(input.filter) : () => true;
  const tasks = tasksByInstance(store, cluster.arn);
  const arns = containerInstancesOf(store, cluster, nodes())
    .filter(({ status }) => (input.status ? status === input.status : status !== 'INACTIVE'))
    .filter((instance) => matches(querySubject(instance, tasks.get(instance.arn) ?? [])))
    .map(({ arn }) => arn);
  const { items, nextToken } = page(arns, input, (arn) => arn);
  return { containerInstanceArns: items, nextToken };
};
