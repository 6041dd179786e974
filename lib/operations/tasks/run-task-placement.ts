import { AwsError, invalidParameter } from '../../errors.ts';
import type { ClusterRecord } from '../../model/cluster.ts';
import { type CapacityProviderStrategyItem, distribute, isFargate } from '../../model/task-capacity.ts';
import type { TaskDefinition } from '../../model/task-definition.ts';
import type { TaskPlacement } from '../../model/task-record.ts';
import type { Input } from '../operation.ts';

type LaunchType = TaskPlacement['launchType'];

/** "Fargate Linux platform versions" (Developer Guide). */
const platformVersions = ['1.4.0', '1.3.0'];
const latestPlatformVersion = '1.4.0';

/** Where each of `count` tasks goes: by launch type, or by the call's or the cluster's capacity provider strategy. */
export function planPlacements(
  input: Input<'RunTask'>,
  count: number,
  definition: TaskDefinition,
  cluster: ClusterRecord,
  strict: boolean,
): TaskPlacement[] {
  const strategy = strategyOf(input, cluster);
  checkStrategy(strategy, cluster);
  const placements =
    strategy.length > 0
      ? distribute(strategy, count).map((name) => onCapacityProvider(name))
      : Array<TaskPlacement>(count).fill({
          launchType: input.launchType ?? defaultLaunchType(input, definition, strict),
        });
  return placements.map((placement) => {
    checkCompatibility(placement.launchType, definition, strict);
    return { ...placement, platformVersion: platformVersionOf(input, placement.launchType) };
  });
}

/** "If no capacityProviderStrategy or launchType is specified, the defaultCapacityProviderStrategy for the cluster is used" (API reference, RunTask). */
function strategyOf(
  { launchType, capacityProviderStrategy = [] }: Input<'RunTask'>,
  cluster: ClusterRecord,
): readonly CapacityProviderStrategyItem[] {
  if (launchType !== undefined && capacityProviderStrategy.length > 0) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  if (launchType !== undefined) return [];
  return capacityProviderStrategy.length > 0 ? capacityProviderStrategy : cluster.defaultCapacityProviderStrategy;
}

function checkStrategy(strategy: readonly CapacityProviderStrategyItem[], cluster: ClusterRecord): void {
  for (const { capacityProvider = '' } of strategy) {
    if (!cluster.capacityProviders.includes(capacityProvider)) {
      throw invalidParameter(
        `The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster: ${capacityProvider}. Associate the capacity provider with the cluster and try again.`,
      );
    }
  }
}

const onCapacityProvider = (capacityProviderName: string): TaskPlacement => ({
  launchType: isFargate(capacityProviderName) ? 'FARGATE' : 'EC2',
  capacityProviderName,
});

/** EC2 on AWS. Here no instance needs to be there, so the definition and the network say what was meant. */
function defaultLaunchType(input: Input<'RunTask'>, definition: TaskDefinition, strict: boolean): LaunchType {
  const meant = definition.requiresCompatibilities?.includes('FARGATE') || input.networkConfiguration !== undefined;
  return meant && !strict ? 'FARGATE' : 'EC2';
}

/** A definition that names no launch type is for all of them, unless `strict`: then for those it was found fit for. */
function checkCompatibility(launchType: LaunchType, definition: TaskDefinition, strict: boolean): void {
  const { requiresCompatibilities, compatibilities } = definition;
  const allowed = requiresCompatibilities?.length ? requiresCompatibilities : strict ? compatibilities : undefined;
  if (allowed && !allowed.includes(launchType)) {
    throw invalidParameter(`Task definition does not support launch_type ${launchType}.`);
  }
}

function platformVersionOf({ platformVersion }: Input<'RunTask'>, launchType: LaunchType): string | undefined {
  if (launchType !== 'FARGATE') {
    if (platformVersion === undefined) return undefined;
    throw invalidParameter('The platform version must be null when specifying an EC2 launch type.');
  }
  if (platformVersion === undefined || platformVersion === 'LATEST') return latestPlatformVersion;
  if (platformVersions.includes(platformVersion)) return platformVersion;
  throw new AwsError('PlatformUnknownException', `The platform version ${platformVersion} does not exist.`);
}
