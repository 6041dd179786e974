import type { LoopbackNetwork } from '../public-ip/service-network.ts';
import type { Routes } from './routes.ts';
import { type TaskServicesOptions, taskServicesOf, findTaskService } from './task-services.ts';

export interface LoopbackNetworkOptions extends Omit<TaskServicesOptions, 'type'> {
  readonly routes: Routes;
}

export const createLoopbackNetwork = ({ routes, ...options }: LoopbackNetworkOptions): LoopbackNetwork => ({
  ...taskServicesOf({ ...options, type: 'task-loopback' }),
  route: async (endpoint, port) => {
    const direct = routes.podRoute(endpoint, port);
    if (direct) return direct;
    const { ports = [] } = (await findTaskService(options.api, endpoint.taskArn)) ?? {};
    const same = ports.find((one) => one.containerPort === port.containerPort && one.protocol === port.protocol);
    if (same) return routes.route(endpoint, same);
    throw new Error(
      `The Service of task ${endpoint.taskArn} was deleted, or has no ${port.protocol} port ${port.containerPort} any ` +
        'more. Leave the Services of running tasks to KECS, and run the task again.',
    );
  },
});
