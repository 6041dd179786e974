import type * as ecs from '@aws-sdk/client-ecs';
import type { Cluster, ClusterRecord } from './cluster.ts';
import type { Task } from './task.ts';

/** The tasks of a cluster that its description counts. */
export interface TaskCounts {
  readonly running: LaunchCounts;
  readonly pending: LaunchCounts;
}

interface LaunchCounts {
  readonly EC2: number;
  readonly FARGATE: number;
  readonly EXTERNAL: number;
}

/** A cluster as the API shows it: what must be asked for with `include` is empty or absent otherwise. */
export function describeCluster(
  record: ClusterRecord,
  counts: TaskCounts,
  include: readonly ecs.ClusterField[],
): Cluster {
  return {
    clusterArn: record.arn,
    clusterName: record.name,
    status: record.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: total(counts.running),
    pendingTasksCount: total(counts.pending),
    activeServicesCount: 0,
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
  const counts = { running: noTasks(), pending: noTasks() };
  for (const { lastStatus, launchType = 'EC2' } of tasks) {
    const launch = launchType === 'FARGATE' || launchType === 'EXTERNAL' ? launchType : 'EC2';
    if (lastStatus === 'RUNNING') counts.running[launch]++;
    else if (lastStatus !== undefined && pendingStatuses.has(lastStatus)) counts.pending[launch]++;
  }
  return counts;
}

const pendingStatuses = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING']);

const noTasks = (): { EC2: number; FARGATE: number; EXTERNAL: number } => ({ EC2: 0, FARGATE: 0, EXTERNAL: 0 });

const total = ({ EC2, FARGATE, EXTERNAL }: LaunchCounts): number => EC2 + FARGATE + EXTERNAL;

/** The names and their order are those of the `statistics` member in API_Cluster.html; values are strings. */
function statistics({ running, pending }: TaskCounts): { name: string; value: string }[] {
  const values = {
    runningEC2TasksCount: running.EC2,
    runningFargateTasksCount: running.FARGATE,
    pendingEC2TasksCount: pending.EC2,
    pendingFargateTasksCount: pending.FARGATE,
    runningExternalTasksCount: running.EXTERNAL,
    pendingExternalTasksCount: pending.EXTERNAL,
    activeEC2ServiceCount: 0,
    activeFargateServiceCount: 0,
    activeExternalServiceCount: 0,
    drainingEC2ServiceCount: 0,
    drainingFargateServiceCount: 0,
    drainingExternalServiceCount: 0,
  };
  return Object.entries(values).map(([name, value]) => ({ name, value: String(value) }));
}
