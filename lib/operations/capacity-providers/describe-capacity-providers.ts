import { invalidParameter } from '../../errors.ts';
import type { CapacityProviderRecord } from '../../model/capacity-provider.ts';
import { findCluster } from '../../store/lookups.ts';
import type { Context, Input, Operation } from '../operation.ts';
import { page } from '../paging.ts';
import { describeProvider, providerArnOf, visibleProviders } from './providers.ts';

/** "Up to 100 capacity providers can be described in an action"; maxResults "can be between 1 and 10" (API_DescribeCapacityProviders.html). */
const mostNamed = 100;
const largestPage = 10;

export const describeCapacityProviders: Operation<'DescribeCapacityProviders'> = async (input, context) => {
  const { capacityProviders: wanted = [], include = [] } = input;
  if (wanted.length > mostNamed) {
    throw invalidParameter(
      `DescribeCapacityProviders takes at most ${mostNamed} capacity providers, but was given ${wanted.length}.`,
    );
  }
  const visible = providersFor(input, context);
  const arns = [...new Set(wanted.map((nameOrArn) => providerArnOf(context, nameOrArn)))];
  const records = arns.length > 0 ? arns.flatMap((arn) => visible.get(arn) ?? []) : [...visible.values()];
  const { items, nextToken } = page(records, input, ({ arn }) => arn, {
    largest: arns.length > 0 ? mostNamed : largestPage,
  });
  return {
    capacityProviders: items.map((record) => describeProvider(record, include.includes('TAGS'))),
    failures: arns.filter((arn) => !visible.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
    nextToken,
  };
};

/** "When specified, only capacity providers associated with this cluster are returned" (API reference, `cluster`). */
function providersFor(
  { cluster }: Input<'DescribeCapacityProviders'>,
  context: Context,
): Map<string, CapacityProviderRecord> {
  const associated = cluster === undefined ? undefined : findCluster(context.store, context, cluster).capacityProviders;
  const visible = new Map<string, CapacityProviderRecord>();
  for (const record of visibleProviders(context.store, context)) {
    if (associated?.includes(record.name) ?? true) visible.set(record.arn, record);
  }
  return visible;
}
