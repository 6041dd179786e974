import { portsIn } from './port-range.ts';
import type { PublicPort } from './public-port.ts';
import type { ContainerDefinition, TaskDefinition } from './task-definition.ts';

/** A port of the instance that a container wants, for which this host stands. */
export interface HostPortWish extends Omit<PublicPort, 'hostPort'> {
  /** Absent: any. */
  readonly hostPort?: number;
}

/** Whose network a task has that has no interface of its own: "bridge" is the default (API_TaskDefinition.html, networkMode). */
export const instanceNetworkOf = ({ networkMode = 'bridge' }: TaskDefinition): 'bridge' | 'host' | undefined =>
  networkMode === 'bridge' || networkMode === 'host' ? networkMode : undefined;

export const hostPortWishes = ({ networkMode, containerDefinitions = [] }: TaskDefinition): HostPortWish[] =>
  containerDefinitions.flatMap((container) => wishesOf(container, networkMode === 'host'));

function wishesOf({ name = '', portMappings = [] }: ContainerDefinition, onNode: boolean): HostPortWish[] {
  return portMappings.flatMap(({ containerPort, containerPortRange, hostPort, protocol = 'tcp' }) => {
    const wish = { container: name, protocol };
    if (containerPortRange) return portsIn(containerPortRange).map((port) => ({ ...wish, containerPort: port }));
    const fixed = onNode ? containerPort : hostPort;
    return containerPort ? [{ ...wish, containerPort, ...(fixed && { hostPort: fixed }) }] : [];
  });
}
