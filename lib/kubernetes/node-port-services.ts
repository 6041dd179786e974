import { type NodePortService, NodePortTaken } from '../public-ip/node-port-network.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import { createTaskService, listTaskServices } from './task-services.ts';

export async function createNodePortService(
  api: ApiClient,
  service: NodePortService,
  instanceId: string,
): Promise<void> {
  try {
    await createTaskService(api, { ...service, type: 'task-nodeport' }, instanceId);
  } catch (error) {
    throw nodePortError(error);
  }
}

export const listNodePortServices = (api: ApiClient, instanceId: string): Promise<NodePortService[]> =>
  listTaskServices(api, 'task-nodeport', instanceId);

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
