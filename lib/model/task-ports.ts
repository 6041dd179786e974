import { portsIn } from './port-range.ts';
import type { PublicPort } from './public-port.ts';
import type { Container, TaskPublicIp } from './task.ts';
import type { ContainerDefinition } from './task-definition.ts';

type Port = Omit<PublicPort, 'hostPort'>;

/** Every container port that a public task offers. The containers of a task share one network: a port belongs to the first that names it. */
export function publicPortsOf(containers: readonly ContainerDefinition[]): Port[] {
  const ports = new Map<string, Port>();
  for (const port of containers.flatMap(portsOf)) {
    const key = `${port.containerPort}/${port.protocol}`;
    if (!ports.has(key)) ports.set(key, port);
  }
  return [...ports.values()];
}

/** What DescribeTasks shows of the ports that a container has on the host. */
export const networkBindings = (
  { ports, publicIp }: TaskPublicIp,
  container: string,
): NonNullable<Container['networkBindings']> =>
  publicIp === undefined
    ? []
    : ports
        .filter((port) => port.container === container)
        .map(({ containerPort, hostPort, protocol }) => ({ bindIP: publicIp, containerPort, hostPort, protocol }));

/** Nothing leads to the task's ports before it has its address. */
export const waitsForAddress = ({ publicIp, ports }: TaskPublicIp): boolean =>
  publicIp === undefined && ports.length > 0;

function portsOf({ name = '', portMappings = [] }: ContainerDefinition): Port[] {
  return portMappings.flatMap(({ containerPort, containerPortRange, protocol = 'tcp' }) => {
    const numbers = containerPortRange ? portsIn(containerPortRange) : containerPort ? [containerPort] : [];
    return numbers.map((number) => ({ container: name, containerPort: number, protocol }));
  });
}
