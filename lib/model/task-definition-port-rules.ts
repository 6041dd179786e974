import { clientException } from '../errors.ts';
import { portsIn } from './port-range.ts';
import type { ContainerDefinition, PortMapping, TaskDefinition } from './task-definition.ts';

/** Port mappings with their defaults filled in. @throws ClientException */
export function checkPorts({ containerDefinitions = [], networkMode }: TaskDefinition): void {
  const taken = new Set<string>();
  for (const container of containerDefinitions) {
    const mappings = container.portMappings ?? [];
    if (networkMode === 'none' && mappings.length > 0) {
      throw clientException(`Port mappings are not supported on container when networkMode=none.`);
    }
    for (const mapping of mappings) {
      checkMapping(container, mapping, networkMode);
      checkFree(mapping, taken);
    }
    checkRanges(container, networkMode);
  }
}

/** aws/aws-cli#7288 for the container port, aws/amazon-ecs-cli#1014 for ports that must match. */
function checkMapping(
  { name }: ContainerDefinition,
  mapping: PortMapping,
  networkMode: TaskDefinition['networkMode'],
): void {
  const { containerPort, containerPortRange, hostPort } = mapping;
  if (containerPortRange !== undefined) {
    if (containerPort === undefined && hostPort === undefined && isPortRange(containerPortRange)) return;
    throw clientException(
      `Invalid 'containerPortRange' setting for container '${name}'. Give first-last, as in 8000-8010, and neither containerPort nor hostPort.`,
    );
  }
  if (!isPort(containerPort)) throw clientException(`Invalid 'containerPort' setting for container '${name}'.`);
  if (hostPort !== 0 && !isPort(hostPort)) throw clientException(`Invalid 'hostPort' setting for container '${name}'.`);
  if ((networkMode === 'awsvpc' || networkMode === 'host') && hostPort !== containerPort) {
    throw clientException(
      `When networkMode=${networkMode}, the host ports and container ports in port mappings must match.`,
    );
  }
}

/** aws/amazon-ecs-agent#1220 */
function checkFree({ hostPort, protocol = 'tcp' }: PortMapping, taken: Set<string>): void {
  if (!hostPort) return;
  const key = `${protocol} ${hostPort}`;
  if (taken.has(key)) {
    throw clientException(`${protocol.toUpperCase()} host port '${hostPort}' is mapped multiple times in task.`);
  }
  taken.add(key);
}

/** The rules of containerPortRange in API_PortMapping.html. */
function checkRanges(
  { name, portMappings = [] }: ContainerDefinition,
  networkMode: TaskDefinition['networkMode'],
): void {
  const ranged = portMappings.filter(({ containerPortRange }) => containerPortRange !== undefined);
  if (ranged.length === 0) return;
  if (networkMode === 'host') {
    throw clientException(`Container '${name}' has a containerPortRange, which networkMode=host does not support.`);
  }
  if (ranged.length > 100)
    throw clientException(`Container '${name}' can have 100 port ranges, but has ${ranged.length}.`);
  const taken = new Set<string>();
  for (const mapping of portMappings) {
    for (const port of portsOf(mapping)) {
      const key = `${mapping.protocol ?? 'tcp'} ${port}`;
      if (taken.has(key))
        throw clientException(`Container '${name}' has port ${key} in two port mappings, one of them a range.`);
      taken.add(key);
    }
  }
}

const portsOf = ({ containerPort, containerPortRange }: PortMapping): number[] =>
  containerPortRange ? portsIn(containerPortRange) : containerPort ? [containerPort] : [];

const isPort = (port: number | undefined): boolean => port !== undefined && port >= 1 && port <= 65_535;

function isPortRange(text: string): boolean {
  const [, first, last] = (/^(\d{1,5})-(\d{1,5})$/.exec(text) ?? []).map(Number);
  return isPort(first) && isPort(last) && first! < last!;
}
