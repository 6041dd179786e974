import type { LoopbackNetwork, TaskService } from '../../lib/public-ip/service-network.ts';

/** A cluster in memory, whose Pods listen on their own address. Specs read and change what it knows. */
export interface MemoryLoopbackNetwork extends LoopbackNetwork {
  readonly services: Map<string, TaskService>;
  /** The API server does not answer. */
  away: boolean;
}

export function createMemoryLoopbackNetwork(): MemoryLoopbackNetwork {
  const services = new Map<string, TaskService>();
  const asked = async () => {
    if (network.away) throw new Error('The API server does not answer.');
  };
  const network: MemoryLoopbackNetwork = {
    services,
    away: false,
    createService: async (service) => {
      await asked();
      if (!services.has(service.taskArn)) services.set(service.taskArn, service);
    },
    deleteService: async (taskArn) => {
      await asked();
      services.delete(taskArn);
    },
    listServices: async () => {
      await asked();
      return [...services.values()];
    },
    route: async ({ address }, { containerPort }) => ({ host: address, port: containerPort }),
  };
  return network;
}
