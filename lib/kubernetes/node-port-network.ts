import type { NodePortNetwork } from '../public-ip/node-port-network.ts';
import type { PortMappings } from './k3d/port-mappings.ts';
import type { Routes } from './routes.ts';
import { whenServed } from './service-endpoints.ts';
import { type TaskServicesOptions, taskServicesOf } from './task-services.ts';

export interface NodePortNetworkOptions extends Omit<TaskServicesOptions, 'type'> {
  readonly routes: Routes;
  readonly mappings: PortMappings;
}

export const createNodePortNetwork = ({ routes, mappings, ...options }: NodePortNetworkOptions): NodePortNetwork => ({
  ...taskServicesOf({ ...options, type: 'task-nodeport' }),
  isMapped: async (port) => mappings.has(port),
  route: (endpoint, port) => routes.route(endpoint, port),
  whenServed: (taskArn) => whenServed(options.api, taskArn),
});
