import { present } from '../util/present.ts';
import { containerArn, taskArn } from './arn.ts';
import type { ClusterRecord, Tag } from './cluster.ts';
import type { ContainerInstance } from './container-instance.ts';
import { type NewNetworkInterface, newNetworkInterface } from './network-interface.ts';
import { groupOf } from './task-batch.ts';
import type { ContainerDefinition, TaskDefinition, VolumeConfiguration } from './task-definition.ts';
import type { Container, Task, TaskOverride, TaskPublicIp, TaskRecord } from './task.ts';

/** A task that was accepted: all that is decided before it runs. */
export interface NewTask {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly cluster: ClusterRecord;
  readonly definition: TaskDefinition;
  /** Random, one for each container of the definition. */
  readonly containerIds: readonly string[];
  /** Present where the task has a network interface of its own (network mode awsvpc). */
  readonly networkInterface?: NewNetworkInterface | undefined;
  readonly placement: TaskPlacement;
  readonly overrides: TaskOverride;
  readonly group?: string | undefined;
  readonly startedBy?: string | undefined;
  readonly enableExecuteCommand: boolean;
  readonly tags: readonly Tag[];
  readonly publicIp?: TaskPublicIp | undefined;
  /** One for each of the volumes that are configured at launch. */
  readonly volumeAttachments?: NonNullable<Task['attachments']>;
  readonly volumeConfigurations?: readonly VolumeConfiguration[] | undefined;
  readonly createdAt: number;
}

/** Where a task runs, as far as ECS speaks of it. */
export interface TaskPlacement {
  readonly launchType: NonNullable<Task['launchType']>;
  readonly capacityProviderName?: string | undefined;
  readonly platformVersion?: string | undefined;
  /** The container instance that was chosen; absent where Kubernetes chooses. */
  readonly instance?: ContainerInstance;
}

export function newTaskRecord(task: NewTask): TaskRecord {
  const { id, account, region, cluster, publicIp, volumeConfigurations = [] } = task;
  const { instance } = task.placement;
  const arn = taskArn({ account, region }, cluster.name, id);
  return {
    arn,
    id,
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    region,
    account,
    task: newTask(arn, task),
    ...(publicIp && { publicIp }),
    ...(instance && { nodeName: instance.node.name }),
    ...(volumeConfigurations.length > 0 && { volumeConfigurations }),
  };
}

/** The members that RunTask answers (API reference, RunTask, "Examples"). */
function newTask(arn: string, given: NewTask): Task {
  const { definition, overrides, placement, cluster, networkInterface, region } = given;
  const containers = definition.containerDefinitions ?? [];
  return {
    taskArn: arn,
    clusterArn: cluster.arn,
    ...(definition.taskDefinitionArn !== undefined && { taskDefinitionArn: definition.taskDefinitionArn }),
    attachments: [
      ...(networkInterface ? [newNetworkInterface(networkInterface)] : []),
      ...(given.volumeAttachments ?? []),
    ],
    attributes: [{ name: 'ecs.cpu-architecture', value: architecture(definition) }],
    availabilityZone: placement.instance?.attributes.get('ecs.availability-zone') ?? `${region}a`,
    ...present({ containerInstanceArn: placement.instance?.arn }),
    containers: containers.map((container, i) => newContainer(arn, container, given.containerIds[i] ?? '', given)),
    ...present({ cpu: overrides.cpu ?? definition.cpu, memory: overrides.memory ?? definition.memory }),
    createdAt: given.createdAt,
    desiredStatus: 'RUNNING',
    enableExecuteCommand: given.enableExecuteCommand,
    group: groupOf(given),
    healthStatus: 'UNKNOWN',
    lastStatus: 'PROVISIONING',
    overrides,
    ...present({ startedBy: given.startedBy, capacityProviderName: placement.capacityProviderName }),
    launchType: placement.launchType,
    ...(placement.launchType === 'FARGATE' && fargateMembers(given)),
    tags: [...given.tags],
    version: 1,
  };
}

function newContainer(arn: string, container: ContainerDefinition, containerId: string, given: NewTask): Container {
  const { account, region, cluster, id, enableExecuteCommand } = given;
  const { name = '', image, cpu = 0, memory, memoryReservation } = container;
  return {
    containerArn: containerArn({ account, region }, cluster.name, id, containerId),
    taskArn: arn,
    name,
    ...present({ image }),
    lastStatus: 'PENDING',
    networkBindings: [],
    networkInterfaces: [],
    healthStatus: 'UNKNOWN',
    ...(enableExecuteCommand && { managedAgents: [{ name: 'ExecuteCommandAgent', lastStatus: 'PENDING' }] }),
    cpu: String(cpu),
    ...present({ memory: memory?.toString(), memoryReservation: memoryReservation?.toString() }),
  };
}

/** "By default, tasks that are hosted on Fargate receive a minimum of 20 GiB of ephemeral storage" (Developer Guide). */
const defaultStorageGiB = 20;

function fargateMembers({ placement, overrides, definition }: NewTask): Partial<Task> {
  const storage = overrides.ephemeralStorage ?? definition.ephemeralStorage ?? { sizeInGiB: defaultStorageGiB };
  return {
    platformFamily: platformFamily(definition),
    ...present({ platformVersion: placement.platformVersion }),
    ephemeralStorage: storage,
    fargateEphemeralStorage: { sizeInGiB: storage.sizeInGiB ?? defaultStorageGiB },
  };
}

const architecture = ({ runtimePlatform }: TaskDefinition): string =>
  runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64';

/** The operating system of a Fargate task, as tasks and services name it. */
export const platformFamily = ({ runtimePlatform }: TaskDefinition): string => {
  const family = runtimePlatform?.operatingSystemFamily;
  return family === undefined || family === 'LINUX' ? 'Linux' : family;
};
