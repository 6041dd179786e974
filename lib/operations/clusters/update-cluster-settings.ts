import { withSettings } from '../../model/cluster-rules.ts';
import { findCluster } from '../../store/lookups.ts';
import type { Operation } from '../operation.ts';
import { changedCluster } from './clusters.ts';

export const updateClusterSettings: Operation<'UpdateClusterSettings'> = async ({ cluster, settings }, context) => {
  const { store } = context;
  const record = findCluster(store, context, cluster);
  const updated = { ...record, settings: withSettings(record.settings, settings) };
  store.clusters.put(updated);
  await store.commit();
  return { cluster: changedCluster(store, updated) };
};
