import type * as ecs from '@aws-sdk/client-ecs';
import type { Cluster, ClusterRecord } from './cluster.ts';
import type { Service } from './service.ts';
import type { Task } from './task.ts';

/** What a cluster's description counts. */
export interface ClusterCounts {
  readonly tasks: TaskCounts;
  readonly services: ServiceCounts;
}

export interface TaskCounts {
  readonly running: LaunchCounts;
  readonly pending: LaunchCounts;
}

export interface ServiceCounts {
  readonly active: LaunchCounts;
  readonly draining: LaunchCounts;
}

interface LaunchCounts {
  readonly EC2: number;
  readonly FARGATE: number;
  readonly EXTERNAL: number;
}

/** A cluster as the API shows it: what must be asked for with `include` is empty or absent otherwise. */
export function describeCluster(
  record: ClusterRecord,
  counts: ClusterCounts,
  include: readonly ecs.ClusterField[],
): Cluster {
  return {
    clusterArn: record.arn,
    clusterName: record.name,
    status: record.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: total(counts.tasks.running),
    pendingTasksCount: total(counts.tasks.pending),
    activeServicesCount: total(counts.services.active),
    statistics: include.includes('STATISTICS') ? statistics(counts) : [],
    tags: include.includes('TAGS') ? [...record.tags] : [],
    settings: include.includes('SETTINGS') ? [...record.settings] : [],
    capacityProviders: [...record.capacityProviders],
    defaultCapacityProviderStrategy: [...record.defaultCapacityProviderStrategy],
    configuration: include.includes('CONFIGURATIONS') ? record.configuration : undefined,
    attachments: include.includes('ATTACHMENTS') ? [] : undefined,
    serviceConnectDefaults: record.serviceConnectDefaults,
  };
}

/** What is on its way to RUNNING is pending (developer guide, "Amazon ECS task lifecycle"). */
export function countTasks(tasks: Iterable<Task>): TaskCounts {
  const counts = { running: none(), pending: none() };
  for (const { lastStatus, launchType } of tasks) {
    const launch = launchOf(launchType);
    if (lastStatus === 'RUNNING') counts.running[launch]++;
    else if (lastStatus !== undefined && pendingStatuses.has(lastStatus)) counts.pending[launch]++;
  }
  return counts;
}

const pendingStatuses = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING']);

/** Services by status and by the launch type of what they run; INACTIVE ones are not counted. */
export function countServices(services: Iterable<Pick<Service, 'status' | 'launchType'>>): ServiceCounts {
  const counts = { active: none(), draining: none() };
  for (const { status, launchType } of services) {
    if (status === 'ACTIVE') counts.active[launchOf(launchType)]++;
    else if (status === 'DRAINING') counts.draining[launchOf(launchType)]++;
  }
  return counts;
}

const launchOf = (launchType: string | undefined): keyof LaunchCounts =>
  launchType === 'FARGATE' || launchType === 'EXTERNAL' ? launchType : 'EC2';

const none = (): { EC2: number; FARGATE: number; EXTERNAL: number } => ({ EC2: 0, FARGATE: 0, EXTERNAL: 0 });

const total = ({ EC2, FARGATE, EXTERNAL }: LaunchCounts): number => EC2 + FARGATE + EXTERNAL;

/** The names and their order are those of the `statistics` member in API_Cluster.html; values are strings. */
function statistics({
  tasks: { running, pending },
  services: { active, draining },
}: ClusterCounts): { name: string; value: string }[] {
  const values = {
    runningEC2TasksCount: running.EC2,
    runningFargateTasksCount: running.FARGATE,
    pendingEC2TasksCount: pending.EC2,
    pendingFargateTasksCount: pending.FARGATE,
    runningExternalTasksCount: running.EXTERNAL,
    pendingExternalTasksCount: pending.EXTERNAL,
    activeEC2ServiceCount: active.EC2,
    activeFargateServiceCount: active.FARGATE,
    activeExternalServiceCount: active.EXTERNAL,
    drainingEC2ServiceCount: draining.EC2,
    drainingFargateServiceCount: draining.FARGATE,
    drainingExternalServiceCount: draining.EXTERNAL,
  };
  return Object.entries(values).map(([name, value]) => ({ name, value: String(value) }));
}
