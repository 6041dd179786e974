import type { PortRange } from '../config.ts';
import type { NodePortService, NodePortServicePort } from './node-port-network.ts';
import type { PublicPort } from './public-ip-provider.ts';

/** The 1:1 rule between host ports and NodePorts, and Services written by it. */
export interface NodePorts {
  of(hostPort: number): number;
  hostPortOf(nodePort: number): number;
  servicePort(port: PublicPort): NodePortServicePort;
  serviceOf(taskArn: string, ports: readonly PublicPort[]): NodePortService;
  /** Whether the Service has the NodePorts that the ports ask for. */
  agree(service: NodePortService, ports: readonly PublicPort[]): boolean;
}

export function createNodePorts(hostPorts: PortRange, firstNodePort: number): NodePorts {
  const of = (hostPort: number) => firstNodePort + hostPort - hostPorts.first;
  const servicePort = ({ container, containerPort, hostPort, protocol }: PublicPort): NodePortServicePort => ({
    container,
    containerPort,
    nodePort: of(hostPort),
    protocol,
  });
  const serviceOf = (taskArn: string, ports: readonly PublicPort[]): NodePortService => ({
    taskArn,
    // Containers of a task share its network, so a port that two of them name is one port.
    ports: [...new Map(ports.map((port) => [keyOf(servicePort(port)), servicePort(port)])).values()],
  });
  return {
    of,
    hostPortOf: (nodePort) => hostPorts.first + nodePort - firstNodePort,
    servicePort,
    serviceOf,
    agree: (service, ports) => keysOf(service) === keysOf(serviceOf(service.taskArn, ports)),
  };
}

const keyOf = ({ containerPort, nodePort, protocol }: NodePortServicePort) =>
  `${protocol} ${containerPort} ${nodePort}`;

const keysOf = ({ ports }: NodePortService) => ports.map(keyOf).toSorted().join();
