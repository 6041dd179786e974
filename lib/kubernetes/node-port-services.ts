import type { V1Service, V1ServiceList } from '@kubernetes/client-node';
import { type NodePortService, type NodePortServicePort, NodePortTaken } from '../public-ip/node-port-network.ts';
import { type ApiClient, ApiError, isStatus } from './api-client.ts';
import { portContainers } from './annotation-records.ts';
import { annotations, labels, objectLabels, selectorOf } from './labels.ts';
import { createInNamespace } from './namespaces.ts';
import { taskNames } from './names.ts';

export async function createNodePortService(
  api: ApiClient,
  service: NodePortService,
  instanceId: string,
): Promise<void> {
  const names = taskNames(service.taskArn);
  try {
    await createInNamespace(api, names, 'services', serviceManifest(service, instanceId));
  } catch (error) {
    // Of a Service that exists the API server may say either: the name, or one of its NodePorts, is taken.
    const existing = isStatus(error, 409) || isStatus(error, 422) ? await findService(api, service.taskArn) : undefined;
    if (!existing) throw nodePortError(error);
    if (portsOf(existing) === portsOf(service)) return;
    await deleteNodePortService(api, service.taskArn);
    await createNodePortService(api, service, instanceId);
  }
}

export async function deleteNodePortService(api: ApiClient, taskArn: string): Promise<void> {
  await api.delete(servicePath(taskArn)).catch((error: unknown) => {
    if (!isStatus(error, 404)) throw error;
  });
}

export async function listNodePortServices(api: ApiClient, instanceId: string): Promise<NodePortService[]> {
  const labelSelector = selectorOf('task-nodeport', instanceId);
  const { items } = await api.get<V1ServiceList>('/api/v1/services', { labelSelector });
  return items.flatMap((service) => nodePortService(service) ?? []);
}

/** The Service through which a task's ports are NodePorts. Its task answers whatever its health check says. */
function serviceManifest({ taskArn, ports }: NodePortService, instanceId: string): V1Service {
  const { namespace, name, taskId } = taskNames(taskArn);
  const containers = Object.fromEntries(ports.map((port) => [portName(port), port.container]));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      labels: objectLabels('task-nodeport', taskId, instanceId),
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
        nodePort: port.nodePort,
        protocol: port.protocol.toUpperCase(),
      })),
    },
  };
}

/** The task's ports as its Service has them; undefined for a Service that somebody else gave our labels. */
function nodePortService({ metadata, spec }: V1Service): NodePortService | undefined {
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

async function findService(api: ApiClient, taskArn: string): Promise<NodePortService | undefined> {
  try {
    return nodePortService(await api.get<V1Service>(servicePath(taskArn)));
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

const portsOf = ({ ports }: NodePortService): string =>
  ports
    .map((port) => `${portName(port)}=${port.nodePort}`)
    .toSorted()
    .join();

const portName = ({ containerPort, protocol }: NodePortServicePort): string => `${protocol}-${containerPort}`;

const servicePath = (taskArn: string): string => {
  const { namespace, name } = taskNames(taskArn);
  return `/api/v1/namespaces/${namespace}/services/${name}`;
};

/** The API server's words (pkg/registry/core/service/portallocator): the port is named in the message only. */
function nodePortError(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const [, port] =
    /Invalid value: (\d+): provided port is (?:already allocated|not in the valid range)/.exec(error.message) ?? [];
  if (!port) return error;
  if (error.message.includes('already allocated')) return new NodePortTaken(Number(port), { cause: error });
  const range = /range of valid ports is ([\d-]+)/.exec(error.message)?.[1];
  return new Error(
    `NodePort ${port} is outside of the range ${range} of the Kubernetes cluster. Set publicIp.firstNodePort to a port in that range.`,
    { cause: error },
  );
}
