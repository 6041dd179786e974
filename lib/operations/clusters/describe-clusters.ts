import { invalidParameter } from '../../errors.ts';
import { clusterArnOf, getCluster } from '../../store/lookups.ts';
import type { Operation } from '../operation.ts';
import { clusterOf } from './clusters.ts';

export const describeClusters: Operation<'DescribeClusters'> = async ({ clusters, include = [] }, context) => {
  const references = clusters?.length ? clusters : ['default'];
  // "A list of up to 100 cluster names or full cluster Amazon Resource Name (ARN) entries" (API_DescribeClusters.html);
  // the wording is DescribeTasks' (gchq/sleeper#555).
  if (references.length > 100) throw invalidParameter('clusterIds can have at most 100 items.');
  const arns = references.map((reference) => clusterArnOf(context, reference));
  const records = new Map(arns.map((arn) => [arn, getCluster(context.store, context, arn)]));
  const found = [...records.values()].filter((record) => record !== undefined);
  return {
    clusters: found.map((record) => clusterOf(context.store, record, include)),
    failures: [...records].filter(([, record]) => !record).map(([arn]) => ({ arn, reason: 'MISSING' })),
  };
};
