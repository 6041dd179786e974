import { invalidParameter } from '../../errors.ts';
import { autoScalingGroupProvider } from '../../model/capacity-provider.ts';
import type { Operation } from '../operation.ts';
import { describeProvider, findProvider } from './providers.ts';

export const updateCapacityProvider: Operation<'UpdateCapacityProvider'> = async (input, context) => {
  const { store } = context;
  const record = findProvider(store, context, input.name ?? '');
  const { autoScalingGroupProvider: update } = input;
  if (!update) throw invalidParameter('UpdateCapacityProvider needs an autoScalingGroupProvider.');
  const { autoScalingGroupProvider: current } = record.capacityProvider;
  const group = autoScalingGroupProvider({
    autoScalingGroupArn: undefined,
    ...current,
    ...update,
    managedScaling: { ...current?.managedScaling, ...update.managedScaling },
  });
  const capacityProvider = {
    ...record.capacityProvider,
    autoScalingGroupProvider: group,
    updateStatus: 'UPDATE_COMPLETE' as const,
  };
  const updated = { ...record, capacityProvider };
  store.capacityProviders.put(updated);
  await store.commit();
  return { capacityProvider: describeProvider(updated, false) };
};
