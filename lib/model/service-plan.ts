import type * as ecs from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';
import { type Scope, ecsServiceRole, iamRoleArn, parseArn } from './arn.ts';
import type { ClusterRecord } from './cluster.ts';
import { planController } from './service-controller-rules.ts';
import { planDeployment } from './service-deployment-rules.ts';
import { checkPlacement } from './service-placement-rules.ts';
import { type RevisionPlan, planRevision } from './service-revision.ts';
import { planRebalancing, planScheduling } from './service-scheduling-rules.ts';
import type { ServiceSettings } from './service.ts';
import type { TaskDefinitionRecord } from './task-definition.ts';
import type { Wire } from './wire.ts';

/** What is asked of a service: by CreateService, or by UpdateService put over what the service has already. */
export type ServiceWish = Omit<Wire<ecs.CreateServiceRequest>, 'cluster' | 'serviceName' | 'clientToken' | 'tags'>;

/** Where a service is to be, and what it is to run. */
export interface ServiceGround {
  readonly cluster: ClusterRecord;
  readonly definition: TaskDefinitionRecord;
  readonly strict: boolean;
}

/** A wish that was found valid, with everything in it that was left to the defaults. */
export interface ServicePlan {
  readonly settings: ServiceSettings;
  /** Absent where the task sets of a service bring what they run. */
  readonly revision?: RevisionPlan;
}

/** A service that runs a task definition. @throws AwsError when the wish asks for what cannot be. */
export function planService(wish: ServiceWish, ground: ServiceGround): Required<ServicePlan> {
  const revision = planRevision(wish, ground);
  checkPlacement(wish, revision.content.launchType, ground.definition.definition);
  checkExecuteCommand(wish, ground);
  const settings: ServiceSettings = {
    ...planSettings(wish),
    ...roleArn(wish, revision, ground),
    ...(revision.content.platformVersion !== undefined && { platformVersion: wish.platformVersion ?? 'LATEST' }),
  };
  return { revision, settings };
}

/** What holds for a service whatever it runs. @throws AwsError when the wish asks for what cannot be. */
export function planSettings(wish: ServiceWish): ServiceSettings {
  const deploymentController = planController(wish);
  const { desiredCount, schedulingStrategy } = planScheduling(wish);
  const deploymentConfiguration = planDeployment(wish.deploymentConfiguration, schedulingStrategy);
  return {
    desiredCount,
    schedulingStrategy,
    deploymentConfiguration,
    deploymentController,
    availabilityZoneRebalancing: planRebalancing(wish, schedulingStrategy, deploymentConfiguration),
    placementConstraints: wish.placementConstraints ?? [],
    // "To remove an existing placement strategy, specify an empty object" (API_UpdateService.html).
    placementStrategy: (wish.placementStrategy ?? []).filter(({ type }) => type !== undefined),
    enableECSManagedTags: wish.enableECSManagedTags ?? false,
    enableExecuteCommand: wish.enableExecuteCommand ?? false,
    propagateTags: wish.propagateTags ?? 'NONE',
    ...healthCheckGracePeriod(wish),
  };
}

/**
 * The role that was asked for; otherwise the service-linked one, which ECS uses where tasks have network interfaces of their
 * own or the service is in a load balancer or registry (API_CreateService.html, `role`).
 */
function roleArn(
  { role, loadBalancers = [], serviceRegistries = [] }: ServiceWish,
  { launch }: RevisionPlan,
  { cluster }: ServiceGround,
) {
  const scope = parseArn(cluster.arn) as Scope;
  if (role !== undefined) return { roleArn: iamRoleArn(scope, role) };
  const isLinked = launch.network.subnetId !== undefined || loadBalancers.length > 0 || serviceRegistries.length > 0;
  return isLinked && { roleArn: iamRoleArn(scope, ecsServiceRole) };
}

/** Without a value 0 with a load balancer, and nothing otherwise (eagletmt/hako#70 tells of it). */
function healthCheckGracePeriod({ healthCheckGracePeriodSeconds: seconds, loadBalancers = [] }: ServiceWish) {
  if (seconds !== undefined && seconds < 0) {
    throw invalidParameter(`healthCheckGracePeriodSeconds cannot be less than 0, but was ${seconds}.`);
  }
  const period = seconds ?? (loadBalancers.length > 0 ? 0 : undefined);
  return period !== undefined && { healthCheckGracePeriodSeconds: period };
}

function checkExecuteCommand({ enableExecuteCommand }: ServiceWish, { definition, strict }: ServiceGround): void {
  if (strict && enableExecuteCommand && definition.definition.taskRoleArn === undefined) {
    throw invalidParameter(
      "The service couldn't be created because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.",
    );
  }
}
