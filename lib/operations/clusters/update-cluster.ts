import { withSettings } from '../../model/cluster-rules.ts';
import type { ClusterRecord } from '../../model/cluster.ts';
import { findCluster } from '../../store/lookups.ts';
import type { Input, Operation } from '../operation.ts';
import { changedCluster } from './clusters.ts';

export const updateCluster: Operation<'UpdateCluster'> = async (input, context) => {
  const { store } = context;
  const updated = withChanges(findCluster(store, context, input.cluster), input);
  store.clusters.put(updated);
  await store.commit();
  return { cluster: changedCluster(store, updated) };
};

function withChanges(record: ClusterRecord, input: Input<'UpdateCluster'>): ClusterRecord {
  const { serviceConnectDefaults: defaultsBefore, ...rest } = record;
  // An empty namespace removes the defaults (API_ClusterServiceConnectDefaultsRequest.html).
  const defaults = input.serviceConnectDefaults ?? defaultsBefore;
  return {
    ...rest,
    settings: withSettings(record.settings, input.settings),
    ...(input.configuration && { configuration: input.configuration }),
    ...(defaults?.namespace && { serviceConnectDefaults: defaults }),
  };
}
