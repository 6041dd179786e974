import { setTimeout as delay } from 'node:timers/promises';
import type { V1EndpointSliceList } from '@kubernetes/client-node';
import type { NodePortNetwork } from '../public-ip/node-port-network.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import type { PortMappings } from './k3d/port-mappings.ts';
import { taskNames } from './names.ts';
import { createNodePortService, listNodePortServices } from './node-port-services.ts';
import type { Routes } from './routes.ts';
import { deleteTaskService } from './task-services.ts';

export interface NodePortNetworkOptions {
  readonly api: ApiClient;
  readonly instanceId: string;
  readonly routes: Routes;
  readonly mappings: PortMappings;
}

const servedLimitMs = 10_000;

export function createNodePortNetwork({ api, instanceId, routes, mappings }: NodePortNetworkOptions): NodePortNetwork {
  return {
    createService: (service) => createNodePortService(api, service, instanceId),
    deleteService: (taskArn) => deleteTaskService(api, taskArn),
    listServices: () => listNodePortServices(api, instanceId),
    isMapped: async (hostPort, nodePort, protocol) => mappings.has({ hostPort, nodePort, protocol }),
    route: (endpoint, port) => routes.route(endpoint, port),
    whenServed: (taskArn) => whenServed(api, taskArn),
  };
}

/** kube-proxy follows the same EndpointSlices. After the limit, whoever asked goes on: a port that answers late is better than none. */
async function whenServed(api: ApiClient, taskArn: string): Promise<void> {
  const { namespace, name } = taskNames(taskArn);
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const deadline = Date.now() + servedLimitMs;
  while (Date.now() < deadline) {
    if (await hasEndpoint(api, path, name)) return;
    await delay(50);
  }
}

async function hasEndpoint(api: ApiClient, path: string, service: string): Promise<boolean> {
  try {
    const { items } = await api.get<V1EndpointSliceList>(path, {
      labelSelector: `kubernetes.io/service-name=${service}`,
    });
    return items.some(({ endpoints }) =>
      endpoints?.some(({ addresses, conditions }) => addresses.length > 0 && conditions?.ready !== false),
    );
  } catch (error) {
    // A server without EndpointSlices (404) or that forbids them tells nothing, so that waiting would be in vain.
    if (error instanceof ApiError) return true;
    throw error;
  }
}
