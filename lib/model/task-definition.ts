import type * as ecs from '@aws-sdk/client-ecs';
import type { Tag } from './cluster.ts';
import type { Wire } from './wire.ts';

export type TaskDefinition = Wire<ecs.TaskDefinition>;
export type ContainerDefinition = Wire<ecs.ContainerDefinition>;
export type PortMapping = Wire<ecs.PortMapping>;
/** What RunTask says of a volume that its definition leaves to be configured at launch. */
export type VolumeConfiguration = Wire<ecs.TaskVolumeConfiguration>;
export type TaskDefinitionInput = Omit<Wire<ecs.RegisterTaskDefinitionRequest>, 'tags'>;

/** A revision as the store keeps it, keyed by ARN: what DescribeTaskDefinition answers, and its tags beside it. */
export interface TaskDefinitionRecord {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly definition: TaskDefinition;
  readonly tags: readonly Tag[];
}
