import { clusterArn } from '../../model/arn.ts';
import type { Operation } from '../operation.ts';
import { page } from '../paging.ts';

export const listClusters: Operation<'ListClusters'> = async (input, context) => {
  const prefix = clusterArn(context, '');
  const arns = [];
  for (const { arn, status } of context.store.clusters.values()) {
    if (status === 'ACTIVE' && arn.startsWith(prefix)) arns.push(arn);
  }
  const { items, nextToken } = page(arns, input, (arn) => arn);
  return { clusterArns: items, nextToken };
};
