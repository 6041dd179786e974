import { checkCapacityProviders } from '../../model/cluster-rules.ts';
import { AwsError } from '../../errors.ts';
import type { ClusterRecord } from '../../model/cluster.ts';
import { findCluster } from '../../store/lookups.ts';
import { activeProviderNames } from '../capacity-providers/providers.ts';
import type { Context, Operation } from '../operation.ts';
import { changedCluster } from './clusters.ts';

export const putClusterCapacityProviders: Operation<'PutClusterCapacityProviders'> = async (input, context) => {
  const { store } = context;
  const { capacityProviders = [], defaultCapacityProviderStrategy = [] } = input;
  const record = findCluster(store, context, input.cluster);
  checkCapacityProviders(capacityProviders, defaultCapacityProviderStrategy, activeProviderNames(store, context));
  checkNotInUse(record, capacityProviders, context);
  const updated = { ...record, capacityProviders, defaultCapacityProviderStrategy };
  store.clusters.put(updated);
  await store.commit();
  return { cluster: changedCluster(store, updated) };
};

/** Text: aws/containers-roadmap#631. */
function checkNotInUse({ arn, capacityProviders }: ClusterRecord, kept: readonly string[], { store }: Context): void {
  const removed = new Set(capacityProviders.filter((name) => !kept.includes(name)));
  if (removed.size === 0) return;
  for (const { task } of store.tasks.inCluster(arn, 'RUNNING')) {
    if (removed.has(task.capacityProviderName ?? '')) {
      throw new AwsError('ResourceInUseException', 'The specified capacity provider is in use and cannot be removed.');
    }
  }
}
