import type { AccountSettingRecord } from '../model/account-setting.ts';
import type { CapacityProviderRecord } from '../model/capacity-provider.ts';
import type { ClusterRecord } from '../model/cluster.ts';
import type { ContainerInstanceRecord } from '../model/container-instance.ts';
import type { ServiceDeploymentRecord, ServiceRecord, ServiceRevisionRecord } from '../model/service.ts';
import type { TaskDefinitionRecord } from '../model/task-definition.ts';
import type { TaskRecord } from '../model/task.ts';

/** Everything KECS remembers. Records are immutable: a change puts a new record under the same key. */
export interface Store {
  /** Random, made with the state file; labels what this instance owns in Kubernetes. */
  readonly instanceId: string;
  readonly clusters: Table<ClusterRecord>;
  readonly taskDefinitions: Table<TaskDefinitionRecord>;
  readonly tasks: TaskTable;
  /** The highest revision each family ever had, keyed by {@link familyKey}: numbers are not given twice. */
  readonly families: Table<FamilyRecord>;
  /** Answers that a client token was given, so that a repeated call gets the same ones. */
  readonly clientTokens: Table<ClientTokenRecord>;
  readonly services: Table<ServiceRecord>;
  readonly serviceDeployments: Table<ServiceDeploymentRecord>;
  readonly serviceRevisions: Table<ServiceRevisionRecord>;
  readonly accountSettings: Table<AccountSettingRecord>;
  readonly capacityProviders: Table<CapacityProviderRecord>;
  /** Of nodes of which somebody said something; see container-instances.ts for all of a cluster. */
  readonly containerInstances: Table<ContainerInstanceRecord>;
  /** Resolves when all that was put or deleted before the call is on disk. Callers that wait together share one write. */
  commit(): Promise<void>;
  /** Forgets everything but the instance id. */
  reset(): Promise<void>;
  /** Writes what is pending and lets go of the file. */
  close(): Promise<void>;
}

export interface Table<T extends { readonly arn: string }> {
  get(arn: string): T | undefined;
  put(record: T): void;
  delete(arn: string): void;
  /** In the order in which the keys were first put. */
  values(): IterableIterator<T>;
  readonly size: number;
}

/** Tasks are many, and most of them stopped: those of a cluster or service are found without looking at the others. */
export interface TaskTable extends Table<TaskRecord> {
  /** In the order in which they came to that desired status. */
  inCluster(clusterArn: string, desiredStatus: 'RUNNING' | 'STOPPED'): IterableIterator<TaskRecord>;
  countInCluster(clusterArn: string, desiredStatus: 'RUNNING' | 'STOPPED'): number;
  /** Oldest first: those that have not stopped, and stopped ones whose end the service scheduler has not taken note of yet. */
  ofService(serviceArn: string): IterableIterator<TaskRecord>;
}

export interface FamilyRecord {
  /** {@link familyKey} */
  readonly arn: string;
  readonly latestRevision: number;
}

export const familyKey = (account: string, region: string, family: string): string => `${account}/${region}/${family}`;

export interface ClientTokenRecord {
  /** `<account>/<region>/<operation>/<scope>/<token>` */
  readonly arn: string;
  readonly taskArns: readonly string[];
  /** A digest of the input: the same token with another input is refused. */
  readonly inputDigest: string;
  readonly createdAt: number;
}
