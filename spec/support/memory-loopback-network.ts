import type { LoopbackNetwork, TaskService } from '../../lib/public-ip/service-network.ts';
import { type MemoryServices, createMemoryServices } from './memory-services.ts';

/** A cluster in memory, whose Pods listen on their own address. Specs read and change what it knows. */
export type MemoryLoopbackNetwork = LoopbackNetwork & MemoryServices<TaskService>;

export const createMemoryLoopbackNetwork = (): MemoryLoopbackNetwork =>
  Object.assign(
    createMemoryServices<TaskService>((service) => service),
    {
      route: async ({ address }: { address: string }, { containerPort }: { containerPort: number }) => ({
        host: address,
        port: containerPort,
      }),
    },
  );
