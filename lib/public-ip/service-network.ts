import type { Route, TaskLocation } from '../model/route.ts';
import type { NodePortServicePort } from './node-port-network.ts';

/** What a provider needs of a Kubernetes cluster in which each of its tasks has a Service `task-<id>`. `kubernetes/` implements it. */
export interface ServiceNetwork<S extends TaskService = TaskService> {
  /**
   * Creates the Service of a task, or does nothing if the task has it with these ports.
   * @throws PublicIpUnavailable when Kubernetes will never have it.
   */
  createService(service: TaskService): Promise<void>;
  /** A Service that is not there is no error. */
  deleteService(taskArn: string): Promise<void>;
  /** The Services that this provider's tasks of this instance have. */
  listServices(): Promise<readonly S[]>;
  /** Tells of these Services until the answer is called. */
  watchServices(listener: ServiceListener<S>): () => void;
}

export interface ServiceListener<S = TaskService> {
  /** The Service is there, or has changed. */
  present?(service: S): void;
  /** The Service was deleted, by whomever. */
  gone(taskArn: string): void;
}

export interface LoopbackNetwork extends ServiceNetwork {
  /** How this process reaches a container's port. The task has its Service by then. */
  route(endpoint: TaskLocation, port: ServicePort): Promise<Route>;
}

export interface LoadBalancerNetwork extends ServiceNetwork<BalancedService> {
  /** Resolves when the task's Service has its endpoint, or after a bounded wait. */
  whenServed(taskArn: string): Promise<void>;
  /** What can be seen of a Service that has no address. */
  whyNoAddress(taskArn: string): Promise<NoAddress>;
}

export interface TaskService {
  readonly taskArn: string;
  readonly ports: readonly ServicePort[];
}

export interface BalancedService extends TaskService {
  /** IP addresses or names that a load balancer has given to the Service. */
  readonly addresses: readonly string[];
}

export interface NoAddress {
  /** As people name the Service. */
  readonly service: string;
  /** What its load balancer says, as whole sentences. */
  readonly reason?: string;
}

export type ServicePort = Omit<NodePortServicePort, 'nodePort'>;
