import type { V1Service, V1ServiceList } from '@kubernetes/client-node';
import type { NodePortServicePort } from '../public-ip/node-port-network.ts';
import type { ServicePort } from '../public-ip/service-network.ts';
import { type ApiClient, isStatus } from './api-client.ts';
import { portContainers } from './annotation-records.ts';
import { type ServiceType, annotations, labels, objectLabels, selectorOf } from './labels.ts';
import { createInNamespace } from './namespaces.ts';
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
}

/** Creates a task's Service, or leaves the one alone that is as wanted. */
export async function createTaskService(api: ApiClient, service: WantedService, instanceId: string): Promise<void> {
  try {
    await createInNamespace(api, taskNames(service.taskArn), 'services', serviceManifest(service, instanceId));
  } catch (error) {
    // Of a Service that exists the API server may say either: the name, or one of its NodePorts, is taken.
    const existing =
      isStatus(error, 409) || isStatus(error, 422) ? await findTaskService(api, service.taskArn) : undefined;
    if (!existing) throw error;
    if (isAsWanted(existing, service)) return;
    await deleteTaskService(api, service.taskArn);
    await createTaskService(api, service, instanceId);
  }
}

export async function deleteTaskService(api: ApiClient, taskArn: string): Promise<void> {
  await api.delete(servicePath(taskArn)).catch((error: unknown) => {
    if (!isStatus(error, 404)) throw error;
  });
}

export async function listTaskServices(api: ApiClient, type: ServiceType, instanceId: string): Promise<FoundService[]> {
  const labelSelector = selectorOf(type, instanceId);
  const { items } = await api.get<V1ServiceList>('/api/v1/services', { labelSelector });
  return items.flatMap((service) => foundService(service) ?? []);
}

export async function findTaskService(api: ApiClient, taskArn: string): Promise<FoundService | undefined> {
  try {
    return foundService(await api.get<V1Service>(servicePath(taskArn)));
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/** The Service by which a task is reached. Its task answers whatever its health check says. */
function serviceManifest({ type, taskArn, ports }: WantedService, instanceId: string): V1Service {
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
      type: 'NodePort',
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
function foundService({ metadata, spec }: V1Service): FoundService | undefined {
  const taskArn = metadata?.annotations?.[annotations.taskArn];
  if (!taskArn) return undefined;
  const containers = portContainers(metadata);
  const ports = (spec?.ports ?? []).map(({ name = '', port, nodePort = 0, protocol }) => ({
    container: containers[name] ?? '',
    containerPort: port,
    nodePort,
    protocol: protocol === 'UDP' ? ('udp' as const) : ('tcp' as const),
  }));
  return { taskArn, ports };
}

function isAsWanted({ ports }: FoundService, wanted: WantedService): boolean {
  const found = new Map(ports.map((port) => [portName(port), port.nodePort]));
  return (
    found.size === wanted.ports.length &&
    wanted.ports.every(
      (port) => found.has(portName(port)) && [undefined, found.get(portName(port))].includes(port.nodePort),
    )
  );
}

const portName = ({ containerPort, protocol }: ServicePort): string => `${protocol}-${containerPort}`;

const servicePath = (taskArn: string): string => {
  const { namespace, name } = taskNames(taskArn);
  return `/api/v1/namespaces/${namespace}/services/${name}`;
};
