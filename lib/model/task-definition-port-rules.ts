import { clientException } from '../errors.ts';
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

const isPort = (port: number | undefined): boolean => port !== undefined && port >= 1 && port <= 65_535;

function isPortRange(text: string): boolean {
  const [, first, last] = (/^(\d{1,5})-(\d{1,5})$/.exec(text) ?? []).map(Number);
  return isPort(first) && isPort(last) && first! <= last!;
}
