import type { V1LoadBalancerIngress, V1Service } from '@kubernetes/client-node';
import type { NodePortServicePort } from '../public-ip/node-port-network.ts';
import type { ServicePort } from '../public-ip/service-network.ts';
import { portContainers } from './annotation-records.ts';
import { type ServiceType, annotations, labels, objectLabels } from './labels.ts';
import { taskNames } from './names.ts';

/** A Service as it is wanted; Kubernetes chooses the NodePorts that are left out. */
export interface WantedService {
  readonly type: ServiceType;
  readonly taskArn: string;
  readonly ports: readonly WantedPort[];
}

type WantedPort = ServicePort & Partial<Pick<NodePortServicePort, 'nodePort'>>;

export interface FoundService {
  readonly taskArn: string;
  readonly ports: readonly NodePortServicePort[];
  /** What a load balancer has given to it: IP addresses or names. */
  readonly addresses: readonly string[];
}

/** The Service by which a task is reached. Its task answers whatever its health check says. */
export function serviceManifest({ type, taskArn, ports }: WantedService, instanceId: string): V1Service {
  const { namespace, name, taskId } = taskNames(taskArn);
  const containers = Object.fromEntries(ports.map((port) => [portName(port), port.container]));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      labels: objectLabels(type, taskId, instanceId),
      annotations: { [annotations.taskArn]: taskArn, [annotations.portContainers]: JSON.stringify(containers) },
    },
    spec: {
      type: type === 'task-loadbalancer' ? 'LoadBalancer' : 'NodePort',
      selector: { [labels.taskId]: taskId },
      publishNotReadyAddresses: true,
      ports: ports.map((port) => ({
        name: portName(port),
        port: port.containerPort,
        targetPort: port.containerPort,
        ...(port.nodePort !== undefined && { nodePort: port.nodePort }),
        protocol: port.protocol.toUpperCase(),
      })),
    },
  };
}

/** The task's ports as its Service has them; undefined for a Service that somebody else gave our labels. */
export function foundService({ metadata, spec, status }: V1Service): FoundService | undefined {
  const taskArn = metadata?.annotations?.[annotations.taskArn];
  if (!taskArn) return undefined;
  const containers = portContainers(metadata);
  const ports = (spec?.ports ?? []).map(({ name = '', port, nodePort = 0, protocol }) => ({
    container: containers[name] ?? '',
    containerPort: port,
    nodePort,
    protocol: protocol === 'UDP' ? ('udp' as const) : ('tcp' as const),
  }));
  return { taskArn, ports, addresses: (status?.loadBalancer?.ingress ?? []).flatMap(addressOf) };
}

export function isAsWanted(found: V1Service, wanted: WantedService): boolean {
  const ports = new Map(foundService(found)?.ports.map((port) => [portName(port), port.nodePort]));
  return (
    ports.size === wanted.ports.length &&
    wanted.ports.every(
      (port) => ports.has(portName(port)) && [undefined, ports.get(portName(port))].includes(port.nodePort),
    )
  );
}

/** Docker Desktop's load balancer gives the name of this host. */
const addressOf = ({ ip, hostname }: V1LoadBalancerIngress): string[] =>
  hostname === 'localhost' ? ['127.0.0.1'] : [ip ?? hostname ?? ''].filter(Boolean);

const portName = ({ containerPort, protocol }: ServicePort): string => `${protocol}-${containerPort}`;
