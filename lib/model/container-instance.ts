import { createHash } from 'node:crypto';
import type * as ecs from '@aws-sdk/client-ecs';
import { type Scope, ecsArn, parseArn } from './arn.ts';
import type { ClusterRecord, Tag } from './cluster.ts';
import type { QuerySubject } from './cluster-query.ts';
import type { Node } from './node.ts';
import type { Resources } from './place-tasks.ts';
import type { Task } from './task.ts';
import type { Wire } from './wire.ts';

export type Attribute = Wire<ecs.Attribute>;

/** What somebody said of a node in a cluster, keyed by the ARN of its container instance. A node of which nobody said anything has none. */
export interface ContainerInstanceRecord {
  readonly arn: string;
  readonly clusterArn: string;
  readonly status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  /** Those that were put, without those that the node has of itself. */
  readonly attributes: readonly Attribute[];
  readonly tags: readonly Tag[];
}

/** A node as a container instance of one cluster: every cluster has all nodes. */
export interface ContainerInstance {
  readonly arn: string;
  readonly node: Node;
  readonly status: ContainerInstanceRecord['status'];
  /** By name; '' is an attribute without a value. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly tags: readonly Tag[];
}

/** The same node has the same container instance again after a restart, without anything being kept. */
export function containerInstanceArn(cluster: Pick<ClusterRecord, 'arn' | 'name'>, nodeName: string): string {
  const id = createHash('sha256').update(`${cluster.arn} ${nodeName}`).digest('hex').slice(0, 32);
  return ecsArn(parseArn(cluster.arn) as Scope, `container-instance/${cluster.name}/${id}`);
}

export function containerInstance(
  cluster: ClusterRecord,
  node: Node,
  record: ContainerInstanceRecord | undefined,
): ContainerInstance {
  const status = record?.status ?? 'ACTIVE';
  const put = (record?.attributes ?? []).map(({ name = '', value = '' }) => [name, value] as const);
  return {
    arn: containerInstanceArn(cluster, node.name),
    node,
    // To ECS a cordoned node is one that nothing new shall come to.
    status: status === 'ACTIVE' && !node.schedulable ? 'DRAINING' : status,
    attributes: new Map([...ownAttributes(node, cluster), ...put]),
    tags: record?.tags ?? [],
  };
}

/** The built-in attributes ("Amazon ECS container instance attributes", Developer Guide) that a node can tell of. */
function ownAttributes(node: Node, cluster: ClusterRecord): (readonly [string, string])[] {
  const zone = node.zone ?? `${parseArn(cluster.arn)?.region}a`;
  return [
    ['ecs.availability-zone', zone],
    ['ecs.cpu-architecture', node.architecture],
    ['ecs.os-type', node.operatingSystem],
    ...(node.instanceType === undefined ? [] : [['ecs.instance-type', node.instanceType] as const]),
  ];
}

/** What a task takes of its instance: cpu units and MiB. */
export function resourcesOf({ cpu, memory, containers = [] }: Task): Resources {
  return {
    cpu: cpu === undefined ? sum(containers.map((one) => Number(one.cpu ?? 0))) : Number(cpu),
    memory:
      memory === undefined
        ? sum(containers.map((one) => Number(one.memoryReservation ?? one.memory ?? 0)))
        : Number(memory),
  };
}

/** What tasks leave of an instance; less than nothing where more was placed than it has. */
export function remainingResources({ node }: ContainerInstance, tasks: readonly Task[]): Resources {
  const taken = tasks.map(resourcesOf);
  return {
    cpu: node.cpu - sum(taken.map(({ cpu }) => cpu)),
    memory: node.memory - sum(taken.map(({ memory }) => memory)),
  };
}

export const isRunning = ({ lastStatus }: Task): boolean => lastStatus === 'RUNNING';

/** EC2 has no part in it: an id made of the instance's. */
export const ec2InstanceId = ({ arn }: Pick<ContainerInstance, 'arn'>): string =>
  `i-${arn.slice(arn.lastIndexOf('/') + 1).slice(0, 17)}`;

export const querySubject = (instance: ContainerInstance, tasks: readonly Task[]): QuerySubject => ({
  agentConnected: instance.node.ready,
  agentVersion: instance.node.agentVersion,
  ec2InstanceId: ec2InstanceId(instance),
  registeredAt: new Date(instance.node.createdAt * 1000).toISOString(),
  runningTasksCount: tasks.filter(isRunning).length,
  attributes: instance.attributes,
  taskGroups: new Set(tasks.map(({ group = '' }) => group)),
});

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
