import type * as ecs from '@aws-sdk/client-ecs';
import { clientException, invalidParameter } from '../errors.ts';
import { type Scope, ecsArn } from './arn.ts';
import type { Tag } from './cluster.ts';
import type { Wire } from './wire.ts';

export type CapacityProvider = Wire<ecs.CapacityProvider>;
type AutoScalingGroupProvider = Wire<ecs.AutoScalingGroupProvider>;
type AutoScalingGroupProviderUpdate = Wire<ecs.AutoScalingGroupProviderUpdate>;
type ManagedScaling = Wire<ecs.ManagedScaling>;

/** A capacity provider that somebody made, keyed by ARN. INACTIVE ones stay visible, as on AWS. */
export interface CapacityProviderRecord {
  readonly arn: string;
  readonly name: string;
  /** All that DescribeCapacityProviders answers but the tags. */
  readonly capacityProvider: CapacityProvider;
  readonly tags: readonly Tag[];
}

export const capacityProviderArn = (scope: Scope, name: string): string => ecsArn(scope, `capacity-provider/${name}`);

/** "The Fargate capacity providers are available to all accounts" (API_PutClusterCapacityProviders.html). */
export const fargateProviders = ['FARGATE', 'FARGATE_SPOT'] as const;

export const describeFargateProvider = (scope: Scope, name: (typeof fargateProviders)[number]): CapacityProvider => ({
  capacityProviderArn: capacityProviderArn(scope, name),
  name,
  status: 'ACTIVE',
  type: name,
});

/** @throws ClientException unless a provider can have the name ("can't be prefixed with aws, ecs, or fargate", API_CreateCapacityProvider.html). */
export function checkProviderName(name: string): void {
  if (!/^[\w-]{1,255}$/.test(name)) {
    throw clientException(
      `A capacity provider's name has 1 to 255 letters, numbers, underscores and hyphens, but was '${name}'.`,
    );
  }
  if (/^(?:aws|ecs|fargate)/i.test(name)) {
    throw clientException(`A capacity provider's name cannot begin with aws, ecs or fargate, but was '${name}'.`);
  }
}

/** The provider with what AWS adds to what was left out ("ManagedScaling", "AutoScalingGroupProvider" of the API reference). @throws InvalidParameterException */
export function autoScalingGroupProvider(
  given:
    AutoScalingGroupProvider | (AutoScalingGroupProviderUpdate & Pick<AutoScalingGroupProvider, 'autoScalingGroupArn'>),
): AutoScalingGroupProvider {
  const { autoScalingGroupArn, managedTerminationProtection = 'DISABLED', managedDraining = 'ENABLED' } = given;
  if (!autoScalingGroupArn) throw invalidParameter('autoScalingGroupArn can not be blank.');
  const scaling = managedScaling(given.managedScaling);
  if (managedTerminationProtection === 'ENABLED' && scaling.status !== 'ENABLED') {
    throw invalidParameter(
      'The managed termination protection setting for the capacity provider is invalid. To enable managed termination protection for a capacity provider, managed scaling must be enabled.',
    );
  }
  return { autoScalingGroupArn, managedScaling: scaling, managedTerminationProtection, managedDraining };
}

function managedScaling(given: ManagedScaling = { status: 'DISABLED' }): ManagedScaling {
  const {
    status = 'ENABLED',
    targetCapacity = 100,
    minimumScalingStepSize = 1,
    maximumScalingStepSize = 10_000,
    instanceWarmupPeriod = 300,
  } = given;
  checkRange('targetCapacity', targetCapacity, 1, 100);
  checkRange('minimumScalingStepSize', minimumScalingStepSize, 1, 10_000);
  checkRange('maximumScalingStepSize', maximumScalingStepSize, 1, 10_000);
  checkRange('instanceWarmupPeriod', instanceWarmupPeriod, 0, 10_000);
  return { status, targetCapacity, minimumScalingStepSize, maximumScalingStepSize, instanceWarmupPeriod };
}

/** The ranges of API_ManagedScaling.html. */
function checkRange(name: string, value: number, least: number, most: number): void {
  if (value < least || value > most) {
    throw invalidParameter(`${name} must be between ${least} and ${most}, but was ${value}.`);
  }
}
