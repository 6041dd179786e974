import type * as ecs from '@aws-sdk/client-ecs';
import type { Wire } from './wire.ts';

export type Tag = Wire<ecs.Tag>;
export type Cluster = Wire<ecs.Cluster>;

/** A cluster as the store keeps it, keyed by ARN. Counts are computed when it is described. */
export interface ClusterRecord {
  readonly arn: string;
  readonly name: string;
  /** INACTIVE clusters stay visible, as on AWS. */
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly settings: readonly Wire<ecs.ClusterSetting>[];
  readonly configuration?: Wire<ecs.ClusterConfiguration>;
  readonly capacityProviders: readonly string[];
  readonly defaultCapacityProviderStrategy: readonly Wire<ecs.CapacityProviderStrategyItem>[];
  readonly serviceConnectDefaults?: Wire<ecs.ClusterServiceConnectDefaults>;
  readonly tags: readonly Tag[];
}
