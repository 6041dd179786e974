import { isDeepStrictEqual } from 'node:util';
import type * as ecs from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';
import { present } from '../util/present.ts';
import { ecsServiceRole } from './arn.ts';
import type { ServiceWish } from './service-plan.ts';
import { type RevisionContent, withNumbers } from './service-revision.ts';
import type { ServiceRecord, ServiceRevision } from './service.ts';
import { isFargate } from './task-capacity.ts';
import type { Wire } from './wire.ts';

export type ServiceUpdate = Omit<Wire<ecs.UpdateServiceRequest>, 'cluster' | 'service'>;
type Strategy = NonNullable<ServiceUpdate['capacityProviderStrategy']>;

/** What a service is wished to be after an update: what it is, but for the members that the update gives. */
export function updatedWish(service: ServiceRecord, revision: ServiceRevision, update: ServiceUpdate): ServiceWish {
  checkUpdate(update, revision);
  const { forceNewDeployment: _force, deploymentConfiguration, capacityProviderStrategy, ...given } = update;
  const before = wishOf(service, revision);
  return {
    ...before,
    ...present(given),
    deploymentConfiguration: { ...before.deploymentConfiguration, ...deploymentConfiguration },
    ...(capacityProviderStrategy && capacityOf(capacityProviderStrategy, revision)),
    ...(capacityProviderStrategy &&
      !isOnFargate(capacityProviderStrategy, revision) && { platformVersion: given.platformVersion }),
  };
}

function checkUpdate(update: ServiceUpdate, revision: ServiceRevision): void {
  if ((update.desiredCount ?? 0) < 0) throw invalidParameter('Task count can not be lesser than 0');
  const { capacityProviderStrategy: strategy, forceNewDeployment } = update;
  const isChanged = strategy && !isDeepStrictEqual(withNumbers(strategy), revision.capacityProviderStrategy ?? []);
  if (isChanged && !forceNewDeployment) {
    // Text: pipe-cd/pipecd#6385.
    throw invalidParameter(
      'When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.',
    );
  }
}

/** The service as it is, as a request would have asked for it. The scheduler keeps the count of a DAEMON service. */
function wishOf({ settings, taskSets }: ServiceRecord, revision: ServiceRevision): ServiceWish {
  const { desiredCount, roleArn, platformVersion, ...rest } = settings;
  const isLinked = roleArn?.endsWith(ecsServiceRole);
  if (taskSets) return { ...rest, desiredCount };
  return {
    ...rest,
    ...present({
      taskDefinition: revision.taskDefinition,
      desiredCount: settings.schedulingStrategy === 'REPLICA' ? desiredCount : undefined,
      role: isLinked ? undefined : roleArn,
      platformVersion,
      launchType: revision.launchType,
      capacityProviderStrategy: revision.capacityProviderStrategy,
      loadBalancers: revision.loadBalancers,
      serviceRegistries: revision.serviceRegistries,
      networkConfiguration: revision.networkConfiguration,
      serviceConnectConfiguration: revision.serviceConnectConfiguration,
      volumeConfigurations: revision.volumeConfigurations,
      vpcLatticeConfigurations: revision.vpcLatticeConfigurations,
      gatewayConnectors: revision.gatewayConnectors,
      monitoring: revision.monitoring,
    }),
  };
}

/** "Update the Auto Scaling group or Fargate capacity provider back to the launch type. Pass an empty list" (API_UpdateService.html). */
function capacityOf(
  strategy: Strategy,
  { launchType, platformVersion }: ServiceRevision,
): Pick<ServiceWish, 'launchType' | 'capacityProviderStrategy'> {
  const before = launchType ?? (platformVersion === undefined ? 'EC2' : 'FARGATE');
  return { capacityProviderStrategy: strategy, launchType: strategy.length > 0 ? undefined : before };
}

/** Whether tasks still have a platform version after a change of capacity: only those on Fargate do. */
function isOnFargate(strategy: Strategy, revision: ServiceRevision): boolean {
  if (strategy.length === 0) return revision.platformVersion !== undefined;
  return strategy.every(({ capacityProvider = '' }) => isFargate(capacityProvider));
}

/** What "triggers a new service deployment", and the capacity, which is part of a revision as well (API_UpdateService.html). */
const rolledOut = [
  'taskDefinition',
  'platformVersion',
  'networkConfiguration',
  'capacityProviderStrategy',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
  'gatewayConnectors',
  'monitoring',
] as const satisfies (keyof ServiceUpdate)[];

/** Whether an update needs a new deployment: it is forced, or changes what a revision consists of. */
export function mustRollOut(update: ServiceUpdate, content: RevisionContent, revision: ServiceRevision): boolean {
  if (update.forceNewDeployment) return true;
  if (!rolledOut.some((member) => update[member] !== undefined)) return false;
  const { serviceRevisionArn: _arn, serviceArn: _service, clusterArn: _cluster, createdAt: _at, ...before } = revision;
  return !isDeepStrictEqual(content, before);
}
