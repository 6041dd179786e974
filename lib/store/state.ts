import { randomUUID } from 'node:crypto';
import type { AccountSettingRecord } from '../model/account-setting.ts';
import type { CapacityProviderRecord } from '../model/capacity-provider.ts';
import type { ClusterRecord } from '../model/cluster.ts';
import type { ContainerInstanceRecord } from '../model/container-instance.ts';
import type { ServiceDeploymentRecord, ServiceRecord, ServiceRevisionRecord } from '../model/service.ts';
import type { TaskDefinitionRecord } from '../model/task-definition.ts';
import type { TaskRecord } from '../model/task.ts';
import type { ClientTokenRecord, FamilyRecord } from './store.ts';

/** The state file's version; a change of its shape adds one here and a step in migrations.ts. */
export const stateVersion = 1;

/** What the tables of the store hold, by the names they have in the state file. */
export interface Tables {
  clusters: ClusterRecord;
  taskDefinitions: TaskDefinitionRecord;
  tasks: TaskRecord;
  families: FamilyRecord;
  clientTokens: ClientTokenRecord;
  services: ServiceRecord;
  serviceDeployments: ServiceDeploymentRecord;
  serviceRevisions: ServiceRevisionRecord;
  accountSettings: AccountSettingRecord;
  capacityProviders: CapacityProviderRecord;
  containerInstances: ContainerInstanceRecord;
}

export type TableName = keyof Tables;

export const tableNames = [
  'clusters',
  'taskDefinitions',
  'tasks',
  'families',
  'clientTokens',
  'services',
  'serviceDeployments',
  'serviceRevisions',
  'accountSettings',
  'capacityProviders',
  'containerInstances',
] as const satisfies TableName[];

/** The JSON of the state file. */
export interface State {
  version: number;
  instanceId: string;
  tables: { [N in TableName]: Tables[N][] };
}

export const emptyState = (): State => ({
  version: stateVersion,
  instanceId: randomUUID(),
  tables: {
    clusters: [],
    taskDefinitions: [],
    tasks: [],
    families: [],
    clientTokens: [],
    services: [],
    serviceDeployments: [],
    serviceRevisions: [],
    accountSettings: [],
    capacityProviders: [],
    containerInstances: [],
  },
});
