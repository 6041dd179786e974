import { invalidParameter } from '../errors.ts';
import type { ClusterRecord } from './cluster.ts';
import type { ServiceWish } from './service-plan.ts';
import type { ContainerDefinition, TaskDefinition } from './task-definition.ts';

interface Ground {
  readonly launchType: string | undefined;
  readonly cluster: ClusterRecord;
  readonly definition: TaskDefinition;
}

/**
 * What a service's load balancers, registries, volumes and Service Connect must find in its task definition. The texts are
 * AWS's as cdk-preflight's rules recorded them, where no other source is named.
 */
export function checkServiceNetworking(wish: ServiceWish, ground: Ground): void {
  for (const loadBalancer of wish.loadBalancers ?? []) checkLoadBalancer(loadBalancer, ground);
  checkRole(wish, ground);
  checkRegistries(wish);
  checkServiceConnect(wish, ground);
  checkVolumes(wish, ground);
  checkGatewayConnectors(wish);
}

function checkLoadBalancer(
  { loadBalancerName, targetGroupArn, containerName = '', containerPort }: NonNullable<ServiceWish['loadBalancers']>[0],
  { launchType, definition }: Ground,
): void {
  if (loadBalancerName !== undefined && targetGroupArn !== undefined) {
    throw invalidParameter('loadBalancerName and targetGroupArn cannot both be specified');
  }
  if (loadBalancerName === undefined && targetGroupArn === undefined) {
    throw invalidParameter('A load balancer needs a targetGroupArn, or a loadBalancerName for a Classic one.');
  }
  if (loadBalancerName !== undefined && launchType === 'FARGATE') {
    throw invalidParameter('Classic Load Balancers are not supported with Fargate');
  }
  const container = containersOf(definition).find(({ name }) => name === containerName);
  if (!container) throw invalidParameter(`The container ${containerName} does not exist in the task definition.`);
  if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort)) {
    throw invalidParameter(
      `The container ${containerName} did not have a container port ${containerPort ?? '(none given)'} defined.`,
    );
  }
}

/** Texts: hashicorp/terraform-provider-aws#11768 and #5681. */
function checkRole({ role, loadBalancers = [] }: ServiceWish, { definition }: Ground): void {
  if (role === undefined) return;
  if (loadBalancers.length === 0) {
    throw invalidParameter('IAM roles are only valid for services configured to use load balancers.');
  }
  if (definition.networkMode === 'awsvpc') {
    throw invalidParameter('You cannot specify an IAM role for services that require a service linked role.');
  }
}

/** "Each service may be associated with one service registry" (API_CreateService.html). */
function checkRegistries({ serviceRegistries = [] }: ServiceWish): void {
  if (serviceRegistries.length > 1) {
    throw invalidParameter(`A service can have one service registry, but ${serviceRegistries.length} were given.`);
  }
  const [{ containerName, containerPort, port } = {}] = serviceRegistries;
  if (port !== undefined && (containerName !== undefined || containerPort !== undefined)) {
    throw invalidParameter('A service registry takes either a port or a containerName and containerPort, not both.');
  }
}

function checkServiceConnect({ serviceConnectConfiguration: connect }: ServiceWish, ground: Ground): void {
  if (!connect?.enabled) return;
  if (!connect.namespace && !ground.cluster.serviceConnectDefaults) throw invalidParameter('Namespace is missing');
  const names = new Set(
    containersOf(ground.definition).flatMap(({ portMappings = [] }) => portMappings.map(({ name }) => name)),
  );
  for (const { portName, clientAliases = [] } of connect.services ?? []) {
    if (!names.has(portName)) {
      throw invalidParameter(`portName(${portName}) does not refer to any named PortMapping in the task definition.`);
    }
    if (clientAliases.length > 1) {
      throw invalidParameter(`${clientAliases.length} clientAliases exceeds the max limit of 1`);
    }
  }
}

/** "volumeConfigurations is only supported for REPLICA service and not DAEMON service" (API_UpdateService.html). */
function checkVolumes({ volumeConfigurations = [], schedulingStrategy }: ServiceWish, { definition }: Ground): void {
  if (volumeConfigurations.length > 0 && schedulingStrategy === 'DAEMON') {
    throw invalidParameter('volumeConfigurations are supported by REPLICA services only, not by DAEMON ones.');
  }
  for (const { name = '' } of volumeConfigurations) {
    if (!definition.volumes?.some((volume) => volume.name === name && volume.configuredAtLaunch)) {
      throw invalidParameter(
        `The volume name '${name}' in your request does not have a matching volume in your Task Definition`,
      );
    }
  }
}

/** "A service supports no more than one gateway connector" (API_UpdateService.html). */
function checkGatewayConnectors({ gatewayConnectors = [] }: ServiceWish): void {
  if (gatewayConnectors.length > 1) {
    throw invalidParameter(`A service can have one gateway connector, but ${gatewayConnectors.length} were given.`);
  }
}

const containersOf = ({ containerDefinitions = [] }: TaskDefinition): readonly ContainerDefinition[] =>
  containerDefinitions;
