import { NodePortTaken, type NodePortNetwork, type NodePortService } from '../../lib/public-ip/node-port-network.ts';
import type { ServiceListener } from '../../lib/public-ip/service-network.ts';

/** A cluster in memory, whose Pods listen on their own address. Specs read and change what it knows. */
export interface MemoryNodePortNetwork extends NodePortNetwork {
  readonly services: Map<string, NodePortService>;
  /** NodePorts of somebody else's Services. */
  readonly strangers: Set<number>;
  /** Host ports that the cluster publishes. */
  readonly mapped: Set<number>;
  /** Those that it has published since it was asked for all. */
  readonly mappedSince: Set<number>;
  readonly served: string[];
  /** The API server does not answer. */
  away: boolean;
  /** Somebody deletes the Service. */
  deleteUnderUs(taskArn: string): void;
}

export function createMemoryNodePortNetwork(): MemoryNodePortNetwork {
  const services = new Map<string, NodePortService>();
  const listeners = new Set<ServiceListener<NodePortService>>();
  const asked = async () => {
    if (network.away) throw new Error('The API server does not answer.');
  };
  const network: MemoryNodePortNetwork = {
    services,
    strangers: new Set(),
    mapped: new Set(),
    mappedSince: new Set(),
    served: [],
    away: false,
    async createService(service) {
      await asked();
      const taken = new Set(network.strangers);
      for (const other of services.values()) {
        if (other.taskArn !== service.taskArn) for (const { nodePort } of other.ports) taken.add(nodePort);
      }
      for (const { nodePort } of service.ports) if (taken.has(nodePort)) throw new NodePortTaken(nodePort);
      services.set(service.taskArn, service);
    },
    async deleteService(taskArn) {
      await asked();
      network.deleteUnderUs(taskArn);
    },
    deleteUnderUs(taskArn) {
      if (services.delete(taskArn)) for (const listener of listeners) listener.gone(taskArn);
    },
    watchServices(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async listServices() {
      await asked();
      return [...services.values()];
    },
    isMapped: async ({ hostPort }, knowledge) =>
      network.mapped.has(hostPort) || (knowledge === 'fresh' && network.mappedSince.has(hostPort)),
    route: async ({ address }, { containerPort }) => ({ host: address, port: containerPort }),
    whenServed: async (taskArn) => void network.served.push(taskArn),
  };
  return network;
}
