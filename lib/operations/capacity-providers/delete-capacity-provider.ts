import type { CapacityProvider } from '../../model/capacity-provider.ts';
import type { Operation } from '../operation.ts';
import { clusterUsing, describeProvider, findProvider } from './providers.ts';

/** A provider that a cluster uses stays ACTIVE and says why, as on AWS: the call itself does not fail (ekristen/aws-nuke#542). */
export const deleteCapacityProvider: Operation<'DeleteCapacityProvider'> = async (input, context) => {
  const { store } = context;
  const record = findProvider(store, context, input.capacityProvider ?? '');
  const cluster = clusterUsing(store, context, record);
  const deleted = { ...record, capacityProvider: { ...record.capacityProvider, ...outcome(cluster?.name) } };
  store.capacityProviders.put(deleted);
  await store.commit();
  return { capacityProvider: describeProvider(deleted, false) };
};

const outcome = (
  clusterName: string | undefined,
): Pick<CapacityProvider, 'status' | 'updateStatus' | 'updateStatusReason'> =>
  clusterName === undefined
    ? { status: 'INACTIVE', updateStatus: 'DELETE_COMPLETE' }
    : {
        status: 'ACTIVE',
        updateStatus: 'DELETE_FAILED',
        updateStatusReason: `The capacity provider cannot be deleted because it is associated with cluster: ${clusterName}. Remove the capacity provider from the cluster and try again.`,
      };
