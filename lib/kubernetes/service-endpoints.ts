import { setTimeout as delay } from 'node:timers/promises';
import type { V1EndpointSliceList } from '@kubernetes/client-node';
import { type ApiClient, isStatus } from './api-client.ts';
import { taskNames } from './names.ts';

const servedLimitMs = 10_000;

/** kube-proxy follows the same EndpointSlices. After the limit, whoever asked goes on: a port that answers late is better than none. */
export async function whenServed(api: Pick<ApiClient, 'get'>, taskArn: string): Promise<void> {
  const { namespace, name } = taskNames(taskArn);
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const deadline = Date.now() + servedLimitMs;
  while (Date.now() < deadline) {
    if (await hasEndpoint(api, path, name)) return;
    await delay(50);
  }
}

async function hasEndpoint(api: Pick<ApiClient, 'get'>, path: string, service: string): Promise<boolean> {
  try {
    const { items } = await api.get<V1EndpointSliceList>(path, {
      labelSelector: `kubernetes.io/service-name=${service}`,
    });
    return items.some(({ endpoints }) =>
      endpoints?.some(({ addresses, conditions }) => addresses.length > 0 && conditions?.ready !== false),
    );
  } catch (error) {
    // A server without EndpointSlices (404) or that forbids them tells nothing: waiting would be in vain. One that is away comes back.
    return isStatus(error, 404) || isStatus(error, 403);
  }
}
