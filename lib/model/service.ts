import type * as ecs from '@aws-sdk/client-ecs';
import { type Scope, serviceArn } from './arn.ts';
import type { Tag } from './cluster.ts';
import type { PlacementPlan } from './task-placement.ts';
import type { TaskNetwork } from './task-network.ts';
import type { TaskRecord } from './task.ts';
import type { Wire } from './wire.ts';

export type Service = Wire<ecs.Service>;
export type ServiceEvent = Wire<ecs.ServiceEvent>;
export type ServiceRevision = Wire<ecs.ServiceRevision>;
export type ServiceDeployment = Wire<ecs.ServiceDeployment>;

/** A service as the store keeps it, keyed by ARN. Counts of tasks are not in it: they are computed when it is described. */
export interface ServiceRecord {
  readonly arn: string;
  readonly name: string;
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly region: string;
  readonly account: string;
  /** INACTIVE services stay visible for a while, as on AWS. */
  readonly status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  readonly settings: ServiceSettings;
  /** Newest first: the PRIMARY one, then those whose tasks are being replaced. Once stable there is one. */
  readonly deployments: readonly DeploymentRecord[];
  /** Newest first, 100 at most ("the event stream … maximum of 100", API reference, Service). */
  readonly events: readonly ServiceEvent[];
  readonly tags: readonly Tag[];
  readonly createdAt: number;
  readonly createdBy?: string;
  /** Of the CreateService call, without its client token: a repeated one is answered with the same service. */
  readonly inputDigest: string;
  readonly clientToken?: string;
  /** When the service became INACTIVE: it is forgotten some time later. */
  readonly inactiveSince?: number;
  /** In place of deployments where something else deploys the service; none of them is DRAINING once its tasks have stopped. */
  readonly taskSets?: readonly TaskSetRecord[];
  /** What a failed deployment is rolled back to. */
  readonly lastCompleted?: { readonly deploymentId: string; readonly revisionArn: string };
}

/** What CreateService and UpdateService say of the service itself, whatever its revision. */
export interface ServiceSettings extends Pick<
  Service,
  | 'deploymentConfiguration'
  | 'deploymentController'
  | 'enableECSManagedTags'
  | 'enableExecuteCommand'
  | 'healthCheckGracePeriodSeconds'
  | 'placementConstraints'
  | 'placementStrategy'
  // As it was asked for, such as LATEST; the revision has the number.
  | 'platformVersion'
  | 'propagateTags'
  | 'roleArn'
  | 'availabilityZoneRebalancing'
> {
  /** Of a DAEMON service: the number of nodes, which the scheduler keeps. */
  readonly desiredCount: number;
  readonly schedulingStrategy: 'REPLICA' | 'DAEMON';
}

/** One rollout of a service revision. Its tasks carry its id as `startedBy`. */
export interface DeploymentRecord {
  /** `ecs-svc/` and 19 digits. */
  readonly id: string;
  readonly revisionArn: string;
  readonly serviceDeploymentArn: string;
  readonly status: 'PRIMARY' | 'ACTIVE';
  readonly failedTasks: number;
  readonly rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly rolloutStateReason: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Present while tasks fail to start: since when, and when the next ones may be started. */
  readonly retry?: StartRetry | undefined;
}

/** A part of a service that a program outside of ECS deploys and scales. Its tasks carry its id as `startedBy`. */
export interface TaskSetRecord {
  /** `ecs-svc/` and 19 digits. */
  readonly id: string;
  readonly arn: string;
  /** What its tasks are made of is kept as the revisions of services are. */
  readonly revisionArn: string;
  readonly status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  /** In percent of the service's desired count. */
  readonly scale: number;
  readonly externalId?: string;
  /** Who made it, if that was no caller of CreateTaskSet. */
  readonly startedBy?: string;
  /** As it was asked for, such as LATEST; the revision has the number. */
  readonly platformVersion?: string;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly clientToken?: string;
  readonly inputDigest: string;
  readonly retry?: StartRetry | undefined;
}

/** Tasks that failed together are one round of failures. */
export interface StartRetry {
  readonly rounds: number;
  readonly lastFailureAt: number;
  readonly notBefore: number;
}

/** The immutable part of a service that a deployment rolls out. */
export interface ServiceRevisionRecord {
  readonly arn: string;
  readonly serviceArn: string;
  /** As DescribeServiceRevisions answers it. */
  readonly revision: ServiceRevision;
  readonly launch: RevisionLaunch;
}

/** How the tasks of a revision are made: decided once, when the revision is. */
export interface RevisionLaunch {
  readonly network: TaskNetwork;
  readonly placement: PlacementPlan;
}

/** A deployment as DescribeServiceDeployments answers it, kept when it is over. */
export interface ServiceDeploymentRecord {
  readonly arn: string;
  readonly serviceArn: string;
  readonly serviceDeployment: ServiceDeployment;
}

/** The `group` of a service's tasks, which no other task may have. */
export const serviceGroup = (serviceName: string): string => `service:${serviceName}`;

/** The service that started a task, if one did. */
export function serviceArnOf({
  task,
  clusterName,
  account,
  region,
}: Pick<TaskRecord, 'task' | 'clusterName' | keyof Scope>): string | undefined {
  const { group = '' } = task;
  if (!group.startsWith(serviceGroup(''))) return undefined;
  return serviceArn({ account, region }, clusterName, group.slice(serviceGroup('').length));
}
