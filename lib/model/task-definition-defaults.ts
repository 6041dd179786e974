import { parseTaskCpu, parseTaskMemory } from './task-definition-size.ts';
import type { ContainerDefinition, PortMapping, TaskDefinition, TaskDefinitionInput } from './task-definition.ts';

/**
 * A task definition with everything that ECS fills in. What cannot be understood is left as it is, for the rules to refuse.
 * The empty lists are those that RegisterTaskDefinition answers on AWS ("Examples" in the AWS CLI's reference).
 */
export function withDefaults(input: TaskDefinitionInput): TaskDefinition {
  const networkMode = input.networkMode ?? (requiresFargate(input) ? 'awsvpc' : undefined);
  return dropUndefined({
    ...input,
    networkMode,
    containerDefinitions: (input.containerDefinitions ?? []).map((container) =>
      containerWithDefaults(container, networkMode),
    ),
    volumes: input.volumes ?? [],
    placementConstraints: input.placementConstraints ?? [],
    cpu: inUnits(input.cpu, parseTaskCpu),
    memory: inUnits(input.memory, parseTaskMemory),
  });
}

export const requiresFargate = ({
  requiresCompatibilities,
}: Pick<TaskDefinitionInput, 'requiresCompatibilities'>): boolean =>
  requiresCompatibilities?.includes('FARGATE') ?? false;

type NetworkMode = TaskDefinitionInput['networkMode'];

function containerWithDefaults(container: ContainerDefinition, networkMode: NetworkMode): ContainerDefinition {
  return dropUndefined({
    ...container,
    cpu: container.cpu ?? 0,
    portMappings: (container.portMappings ?? []).map((mapping) => mappingWithDefaults(mapping, networkMode)),
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    healthCheck: container.healthCheck && { interval: 30, timeout: 5, retries: 3, ...container.healthCheck },
  });
}

/** API_PortMapping.html: protocol is tcp; hostPort is the container's under awsvpc and host, and 0 (chosen when it runs) under bridge. */
function mappingWithDefaults(mapping: PortMapping, networkMode: NetworkMode): PortMapping {
  const { containerPort, containerPortRange, protocol = 'tcp' } = mapping;
  if (containerPortRange !== undefined) return dropUndefined({ ...mapping, protocol });
  const ownPorts = networkMode === 'awsvpc' || networkMode === 'host';
  const hostPort = ownPorts ? mapping.hostPort || containerPort : (mapping.hostPort ?? 0);
  return dropUndefined({ ...mapping, hostPort, protocol });
}

/** "1 vCPU" and "2 GB" become "1024" and "2048" when the task definition is registered. */
function inUnits(text: string | undefined, parse: (text: string) => number | undefined): string | undefined {
  return text === undefined ? undefined : String(parse(text) ?? text);
}

function dropUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
