import { present } from '../util/present.ts';
import { checkServiceNetworking } from './service-networking-rules.ts';
import type { ServiceGround, ServiceWish } from './service-plan.ts';
import { noDaemonOnFargate } from './service-scheduling-rules.ts';
import type { RevisionLaunch, ServiceRevision } from './service.ts';
import type { CapacityProviderStrategyItem } from './task-capacity.ts';
import type { TaskDefinition } from './task-definition.ts';
import { planNetwork } from './task-network.ts';
import { type PlacementPlan, planPlacement } from './task-placement.ts';
import { platformFamily } from './task-record.ts';

/** The part of a revision by which two are the same. */
export type RevisionContent = Omit<ServiceRevision, 'serviceRevisionArn' | 'serviceArn' | 'clusterArn' | 'createdAt'>;

export interface RevisionPlan {
  readonly content: RevisionContent;
  readonly launch: RevisionLaunch;
}

/** What a service is to roll out. @throws AwsError when its tasks could not be run. */
export function planRevision(wish: ServiceWish, ground: ServiceGround): RevisionPlan {
  const { cluster, definition, strict } = ground;
  const request = launchRequest(wish);
  const network = planNetwork(request, definition.definition, strict);
  const placement = planPlacement(request, definition.definition, cluster, strict);
  checkServiceNetworking(wish, { launchType: placement.launchType, cluster, definition: definition.definition });
  return { content: contentOf(wish, ground, placement), launch: { network, placement } };
}

function contentOf(wish: ServiceWish, { definition }: ServiceGround, placement: PlacementPlan): RevisionContent {
  const { strategy, launchType, platformVersion } = placement;
  if (wish.schedulingStrategy === 'DAEMON' && platformVersion !== undefined) throw noDaemonOnFargate();
  return present({
    taskDefinition: definition.arn,
    launchType,
    capacityProviderStrategy: strategy.length > 0 ? withNumbers(strategy) : undefined,
    platformVersion,
    platformFamily: platformVersion === undefined ? undefined : platformFamily(definition.definition),
    loadBalancers: wish.loadBalancers ?? [],
    serviceRegistries: wish.serviceRegistries ?? [],
    networkConfiguration: networkConfiguration(wish),
    containerImages: containerImages(definition.definition),
    guardDutyEnabled: false,
    serviceConnectConfiguration: wish.serviceConnectConfiguration,
    volumeConfigurations: wish.volumeConfigurations?.length ? wish.volumeConfigurations : undefined,
    vpcLatticeConfigurations: wish.vpcLatticeConfigurations?.length ? wish.vpcLatticeConfigurations : undefined,
    gatewayConnectors: wish.gatewayConnectors?.length ? wish.gatewayConnectors : undefined,
    monitoring: wish.monitoring,
  });
}

/** A daemon's tasks go to nodes: it is no use to ask for the cluster's capacity providers or for Fargate. */
function launchRequest(wish: ServiceWish): ServiceWish {
  const isOpen = wish.launchType === undefined && !wish.capacityProviderStrategy?.length;
  return wish.schedulingStrategy === 'DAEMON' && isOpen ? { ...wish, launchType: 'EC2' } : wish;
}

/** As descriptions have it: "If no weight is specified, the default value of 0 is used" (API_CapacityProviderStrategyItem.html). */
export const withNumbers = (strategy: readonly CapacityProviderStrategyItem[]): CapacityProviderStrategyItem[] =>
  strategy.map(({ capacityProvider, weight = 0, base = 0 }) => ({ capacityProvider, weight, base }));

/** "When you use create-service or update-service, the default is DISABLED" (API_AwsVpcConfiguration.html). */
function networkConfiguration({ networkConfiguration: given }: ServiceWish): RevisionContent['networkConfiguration'] {
  const vpc = given?.awsvpcConfiguration;
  if (!vpc) return undefined;
  const { subnets = [], securityGroups = [], assignPublicIp = 'DISABLED' } = vpc;
  return { awsvpcConfiguration: { subnets, securityGroups, assignPublicIp } };
}

/** Digests are not known before an image is pulled. */
const containerImages = ({ containerDefinitions = [] }: TaskDefinition): RevisionContent['containerImages'] =>
  containerDefinitions.map(({ name = '', image = '' }) => ({ containerName: name, image }));
