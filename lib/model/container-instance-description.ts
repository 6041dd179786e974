import type * as ecs from '@aws-sdk/client-ecs';
import {
  type Attribute,
  type ContainerInstance,
  ec2InstanceId,
  isRunning,
  remainingResources,
} from './container-instance.ts';
import type { Resources } from './place-tasks.ts';
import type { Task } from './task.ts';
import type { Wire } from './wire.ts';

type Description = Wire<ecs.ContainerInstance>;
type Resource = Wire<ecs.Resource>;

/** A container instance as the API shows it, with the tasks that are placed on it. */
export function describeContainerInstance(
  instance: ContainerInstance,
  tasks: readonly Task[],
  include: readonly ecs.ContainerInstanceField[],
): Description {
  const { node, arn, status } = instance;
  return {
    containerInstanceArn: arn,
    ec2InstanceId: ec2InstanceId(instance),
    version: 1,
    versionInfo: { agentVersion: node.agentVersion, dockerVersion: node.containerRuntime },
    registeredResources: resources(node, noPorts),
    remainingResources: resources(remainingResources(instance, tasks), hostPortsOf(tasks)),
    status,
    agentConnected: node.ready,
    runningTasksCount: tasks.filter(isRunning).length,
    pendingTasksCount: tasks.filter((task) => !isRunning(task) && task.desiredStatus !== 'STOPPED').length,
    attributes: attributesOf(instance),
    registeredAt: node.createdAt,
    attachments: [],
    tags: include.includes('TAGS') ? [...instance.tags] : [],
    ...(include.includes('CONTAINER_INSTANCE_HEALTH') && { healthStatus: healthOf(instance) }),
  };
}

export const attributesOf = ({ attributes }: ContainerInstance): Attribute[] =>
  [...attributes].map(([name, value]) => (value === '' ? { name } : { name, value }));

interface HostPorts {
  readonly tcp: string[];
  readonly udp: string[];
}

const noPorts: HostPorts = { tcp: [], udp: [] };

/** The names and types of API_Resource.html; more than all is never left. */
function resources({ cpu, memory }: Resources, { tcp, udp }: HostPorts): Resource[] {
  return [
    { name: 'CPU', type: 'INTEGER', integerValue: Math.max(0, cpu) },
    { name: 'MEMORY', type: 'INTEGER', integerValue: Math.max(0, memory) },
    { name: 'PORTS', type: 'STRINGSET', stringSetValue: tcp },
    { name: 'PORTS_UDP', type: 'STRINGSET', stringSetValue: udp },
  ];
}

/** The ports of the node itself that tasks hold: those without a network interface of their own, in network modes bridge and host. */
function hostPortsOf(tasks: readonly Task[]): HostPorts {
  const ports: HostPorts = { tcp: [], udp: [] };
  for (const { attachments = [], containers = [] } of tasks) {
    if (attachments.length > 0) continue;
    for (const { hostPort, protocol } of containers.flatMap(({ networkBindings = [] }) => networkBindings)) {
      if (hostPort !== undefined) ports[protocol === 'udp' ? 'udp' : 'tcp'].push(String(hostPort));
    }
  }
  return ports;
}

/** "CONTAINER_RUNTIME" is what AWS checks; here the node's own condition Ready tells of it. */
function healthOf({ node }: ContainerInstance): NonNullable<Description['healthStatus']> {
  const status = node.ready ? 'OK' : 'IMPAIRED';
  return { overallStatus: status, details: [{ type: 'CONTAINER_RUNTIME', status }] };
}
