import type { NodePortNetwork } from '../public-ip/node-port-network.ts';
import type { PublishedPorts } from './k3d/published-ports.ts';
import type { Routes } from './routes.ts';
import { whenServed } from './service-endpoints.ts';
import { type TaskServicesOptions, taskServicesOf } from './task-services.ts';

export interface NodePortNetworkOptions extends Omit<TaskServicesOptions, 'type'> {
  readonly routes: Routes;
  readonly mappings: PublishedPorts;
}

export const createNodePortNetwork = ({ routes, mappings, ...options }: NodePortNetworkOptions): NodePortNetwork => ({
  ...taskServicesOf({ ...options, type: 'task-nodeport' }),
  isMapped: (port, knowledge) => mappings.has(port, knowledge),
  route: (endpoint, port) => routes.route(endpoint, port),
  whenServed: (taskArn) => whenServed(options.api, taskArn),
});
