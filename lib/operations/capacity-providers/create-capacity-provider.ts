import { clientException, invalidParameter, unsupportedFeature } from '../../errors.ts';
import {
  type CapacityProviderRecord,
  autoScalingGroupProvider,
  capacityProviderArn,
  checkProviderName,
} from '../../model/capacity-provider.ts';
import type { Context, Input, Operation } from '../operation.ts';
import { checkTags } from '../tag-rules.ts';
import { describeProvider, visibleProviders } from './providers.ts';

export const createCapacityProvider: Operation<'CreateCapacityProvider'> = async (input, context) => {
  const { store } = context;
  const record = providerFrom(input, context);
  checkUnused(record, context);
  store.capacityProviders.put(record);
  await store.commit();
  return { capacityProvider: describeProvider(record, true) };
};

function providerFrom(input: Input<'CreateCapacityProvider'>, context: Context): CapacityProviderRecord {
  const { name = '', tags = [] } = input;
  checkProviderName(name);
  checkTags(tags);
  if (input.managedInstancesProvider) {
    throw unsupportedFeature(
      `KECS has no Managed Instances: the capacity provider ${name} can be made with autoScalingGroupProvider only.`,
    );
  }
  if (!input.autoScalingGroupProvider) {
    throw invalidParameter('A capacity provider needs an autoScalingGroupProvider or a managedInstancesProvider.');
  }
  const arn = capacityProviderArn(context, name);
  const group = autoScalingGroupProvider(input.autoScalingGroupProvider);
  return {
    arn,
    name,
    capacityProvider: {
      capacityProviderArn: arn,
      name,
      status: 'ACTIVE',
      autoScalingGroupProvider: group,
      updateStatus: 'CREATE_COMPLETE',
      type: 'EC2_AUTOSCALING',
    },
    tags,
  };
}

/** Text of the second refusal: aws/containers-roadmap#632. */
function checkUnused({ name, capacityProvider }: CapacityProviderRecord, context: Context): void {
  for (const other of visibleProviders(context.store, context)) {
    if (other.capacityProvider.status !== 'ACTIVE') continue;
    if (other.name === name) {
      throw clientException(
        'The specified capacity provider name already exists. Specify a unique capacity provider name and try again.',
      );
    }
    const group = other.capacityProvider.autoScalingGroupProvider?.autoScalingGroupArn;
    if (group !== undefined && group === capacityProvider.autoScalingGroupProvider?.autoScalingGroupArn) {
      throw clientException(
        'The specified Auto Scaling group ARN is already being used by another capacity provider. Specify a unique Auto Scaling group ARN and try again.',
      );
    }
  }
}
