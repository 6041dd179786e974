import type { Route, TaskLocation } from '../model/route.ts';
import type { NodePortServicePort } from './node-port-network.ts';

/** What the loopback provider needs of a Kubernetes cluster, which chooses NodePorts by itself. `kubernetes/` implements it. */
export interface LoopbackNetwork {
  /** Creates the Service `task-<id>` of a task, or does nothing if the task has it with these ports. */
  createService(service: TaskService): Promise<void>;
  /** A Service that is not there is no error. */
  deleteService(taskArn: string): Promise<void>;
  /** The Services that this provider's tasks of this instance have. */
  listServices(): Promise<readonly TaskService[]>;
  /** How this process reaches a container's port. The task has its Service by then. */
  route(endpoint: TaskLocation, port: ServicePort): Promise<Route>;
}

export interface TaskService {
  readonly taskArn: string;
  readonly ports: readonly ServicePort[];
}

export type ServicePort = Omit<NodePortServicePort, 'nodePort'>;
