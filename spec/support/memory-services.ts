import type { ServiceListener, ServiceNetwork, TaskService } from '../../lib/public-ip/service-network.ts';

/** The Services of a cluster in memory. Specs read and change what it knows. */
export interface MemoryServices<S extends TaskService> extends ServiceNetwork<S> {
  readonly services: Map<string, S>;
  /** The API server does not answer. */
  away: boolean;
  /** Puts the Service as it now is, and tells of it. */
  change(service: S): void;
  /** Somebody deletes the Service. */
  deleteUnderUs(taskArn: string): void;
}

/** @param accept fills in what Kubernetes fills in */
export function createMemoryServices<S extends TaskService>(accept: (service: TaskService) => S): MemoryServices<S> {
  const services = new Map<string, S>();
  const listeners = new Set<ServiceListener<S>>();
  const asked = async () => {
    if (network.away) throw new Error('The API server does not answer.');
  };
  const network: MemoryServices<S> = {
    services,
    away: false,
    createService: async (service) => {
      await asked();
      if (!services.has(service.taskArn)) network.change(accept(service));
    },
    deleteService: async (taskArn) => {
      await asked();
      network.deleteUnderUs(taskArn);
    },
    listServices: async () => {
      await asked();
      return [...services.values()];
    },
    watchServices: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change: (service) => {
      services.set(service.taskArn, service);
      for (const listener of listeners) listener.present?.(service);
    },
    deleteUnderUs: (taskArn) => {
      if (services.delete(taskArn)) for (const listener of listeners) listener.gone(taskArn);
    },
  };
  return network;
}
