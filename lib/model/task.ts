import type * as ecs from '@aws-sdk/client-ecs';
import type { PublicPort } from './public-port.ts';
import type { VolumeConfiguration } from './task-definition.ts';
import type { Wire } from './wire.ts';

export type Task = Wire<ecs.Task>;
export type Container = Wire<ecs.Container>;
export type TaskOverride = Wire<ecs.TaskOverride>;

/** A task as the store keeps it, keyed by ARN. Records are never changed in place: a change puts a new one. */
export interface TaskRecord {
  readonly arn: string;
  readonly id: string;
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly region: string;
  readonly account: string;
  /** What DescribeTasks answers, tags included (they are left out unless asked for). */
  readonly task: Task;
  /** The address and ports given to the task for `assignPublicIp: ENABLED`, until it has stopped. */
  readonly publicIp?: TaskPublicIp;
  /** What was said of the volumes that are configured at launch. */
  readonly volumeConfigurations?: readonly VolumeConfiguration[];
  /** The node that was chosen for it; absent where Kubernetes chooses. */
  readonly nodeName?: string;
  /** Scale-in protection, as UpdateTaskProtection set it; seconds since the epoch. Over once that time has come. */
  readonly protectedUntil?: number;
  /** The service scheduler has taken note that this task of a service stops, and why. */
  readonly endNoted?: true;
}

/** An assignment and the name of the provider that made it, which serves the task until it stops. */
export interface TaskPublicIp {
  readonly provider: string;
  /** Absent while the task waits for it. */
  readonly publicIp?: string;
  readonly ports: readonly PublicPort[];
}
