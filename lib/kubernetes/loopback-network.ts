import type { LoopbackNetwork } from '../public-ip/service-network.ts';
import type { ApiClient } from './api-client.ts';
import type { Routes } from './routes.ts';
import { createTaskService, deleteTaskService, findTaskService, listTaskServices } from './task-services.ts';

export const createLoopbackNetwork = (api: ApiClient, instanceId: string, routes: Routes): LoopbackNetwork => ({
  createService: (service) => createTaskService(api, { ...service, type: 'task-loopback' }, instanceId),
  deleteService: (taskArn) => deleteTaskService(api, taskArn),
  listServices: () => listTaskServices(api, 'task-loopback', instanceId),
  route: async (endpoint, port) => {
    const direct = routes.podRoute(endpoint, port);
    if (direct) return direct;
    const { ports = [] } = (await findTaskService(api, endpoint.taskArn)) ?? {};
    const same = ports.find((one) => one.containerPort === port.containerPort && one.protocol === port.protocol);
    if (same) return routes.route(endpoint, same);
    throw new Error(
      `The Service of task ${endpoint.taskArn} was deleted, or has no ${port.protocol} port ${port.containerPort} any ` +
        'more. Leave the Services of running tasks to KECS, and run the task again.',
    );
  },
});
