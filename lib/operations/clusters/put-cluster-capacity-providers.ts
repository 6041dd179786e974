import { checkCapacityProviders } from '../../model/cluster-rules.ts';
import { findCluster } from '../../store/lookups.ts';
import type { Operation } from '../operation.ts';
import { changedCluster } from './clusters.ts';

export const putClusterCapacityProviders: Operation<'PutClusterCapacityProviders'> = async (input, context) => {
  const { store } = context;
  const { capacityProviders = [], defaultCapacityProviderStrategy = [] } = input;
  const record = findCluster(store, context, input.cluster);
  checkCapacityProviders(capacityProviders, defaultCapacityProviderStrategy);
  const updated = { ...record, capacityProviders, defaultCapacityProviderStrategy };
  store.clusters.put(updated);
  await store.commit();
  return { cluster: changedCluster(store, updated) };
};
