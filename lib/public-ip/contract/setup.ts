import type { PublicIpAssignment, PublicIpProvider, TaskEndpoint } from '../public-ip-provider.ts';

/** A provider under test, with what it needs around it. Each spec asks for a fresh one. */
export interface PublicIpSetup {
  readonly provider: PublicIpProvider;
  /** How many ports there are to give, where they can run out. */
  readonly capacity?: number;
  /**
   * Starts the containers of a task, which send back what they receive on each of the ports. Absent: programs of the
   * suite's own, which listen on 127.0.0.1.
   */
  readonly startContainers?: (assignment: PublicIpAssignment) => Promise<TaskEndpoint>;
  /** Answers a new provider over the same outside world, as after a restart. The suite has closed the old one. */
  readonly restart?: () => Promise<PublicIpProvider>;
  /** What comes in goes not through this process, as with a load balancer: tasks answer also while no provider runs. */
  readonly servedOutside?: boolean;
  /** Takes down what `create` has set up beside the provider. */
  close(): Promise<void>;
}
