import { AwsError, invalidParameter } from '../errors.ts';
import { checkCapacityStrategy } from './capacity-strategy-rules.ts';
import type { ClusterRecord } from './cluster.ts';
import { type CapacityProviderStrategyItem, distribute, isFargate } from './task-capacity.ts';
import type { TaskDefinition } from './task-definition.ts';
import type { LaunchRequest } from './task-network.ts';
import type { TaskPlacement } from './task-record.ts';

type LaunchType = TaskPlacement['launchType'];

/** Where tasks of one kind go: to capacity providers by a strategy, or, without any, all to one launch type. */
export interface PlacementPlan {
  readonly strategy: readonly CapacityProviderStrategyItem[];
  /** Of all tasks; absent with a strategy. */
  readonly launchType?: LaunchType;
  /** Of those that run on Fargate. */
  readonly platformVersion?: string;
}

/** "Fargate Linux platform versions" (Developer Guide). */
const platformVersions = ['1.4.0', '1.3.0'];
const latestPlatformVersion = '1.4.0';

/** By launch type, or by the call's or the cluster's capacity provider strategy. @throws AwsError when the call asks for what cannot be. */
export function planPlacement(
  request: LaunchRequest,
  definition: TaskDefinition,
  cluster: ClusterRecord,
  strict: boolean,
): PlacementPlan {
  const strategy = strategyOf(request, cluster);
  checkStrategy(strategy, cluster);
  const launchType =
    strategy.length > 0 ? undefined : (request.launchType ?? defaultLaunchType(request, definition, strict));
  const launchTypes = launchType ? [launchType] : strategy.map((item) => launchTypeOf(item.capacityProvider));
  for (const each of launchTypes) checkCompatibility(each, definition, strict);
  const versions = launchTypes.map((each) => platformVersionOf(request, each));
  const platformVersion = versions.find((version) => version !== undefined);
  return { strategy, ...(launchType && { launchType }), ...(platformVersion !== undefined && { platformVersion }) };
}

/** One placement for each of `count` tasks that join others of the same plan, which are on `taken` capacity providers. */
export function placementsOf(plan: PlacementPlan, count: number, taken: readonly string[] = []): TaskPlacement[] {
  const { strategy, launchType } = plan;
  if (launchType) return Array<TaskPlacement>(count).fill(placement(plan, launchType));
  const open = distribute(strategy, taken.length + count);
  for (const name of taken) {
    const at = open.indexOf(name);
    if (at !== -1) open.splice(at, 1);
  }
  return open.slice(0, count).map((name) => placement(plan, launchTypeOf(name), name));
}

const placement = (
  { platformVersion }: PlacementPlan,
  launchType: LaunchType,
  capacityProviderName?: string,
): TaskPlacement => ({
  launchType,
  ...(capacityProviderName !== undefined && { capacityProviderName }),
  ...(launchType === 'FARGATE' && { platformVersion }),
});

/** "If no capacityProviderStrategy or launchType is specified, the defaultCapacityProviderStrategy for the cluster is used" (API reference, RunTask). */
function strategyOf(
  { launchType, capacityProviderStrategy = [] }: LaunchRequest,
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
  checkCapacityStrategy(strategy);
  for (const { capacityProvider = '' } of strategy) {
    if (!cluster.capacityProviders.includes(capacityProvider)) {
      throw invalidParameter(
        `The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster: ${capacityProvider}. Associate the capacity provider with the cluster and try again.`,
      );
    }
  }
}

const launchTypeOf = (capacityProvider = ''): LaunchType => (isFargate(capacityProvider) ? 'FARGATE' : 'EC2');

/** EC2 on AWS. Here no instance needs to be there, so the definition and the network say what was meant. */
function defaultLaunchType(request: LaunchRequest, definition: TaskDefinition, strict: boolean): LaunchType {
  const meant = definition.requiresCompatibilities?.includes('FARGATE') || request.networkConfiguration !== undefined;
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

function platformVersionOf({ platformVersion }: LaunchRequest, launchType: LaunchType): string | undefined {
  if (launchType !== 'FARGATE') {
    if (platformVersion === undefined) return undefined;
    throw invalidParameter('The platform version must be null when specifying an EC2 launch type.');
  }
  if (platformVersion === undefined || platformVersion === 'LATEST') return latestPlatformVersion;
  if (platformVersions.includes(platformVersion)) return platformVersion;
  throw new AwsError('PlatformUnknownException', `The platform version ${platformVersion} does not exist.`);
}
