import type { Route, TaskLocation } from '../model/route.ts';
import type { ServiceListener } from './service-network.ts';

/** What the node-port provider needs of a Kubernetes cluster. `kubernetes/` implements it. */
export interface NodePortNetwork {
  /**
   * Creates the Service `task-<id>` of a task, or does nothing if the task has it with these ports.
   * @throws NodePortTaken when somebody else's Service owns one of the NodePorts, PublicIpUnavailable when Kubernetes
   * will never have the Service.
   */
  createService(service: NodePortService): Promise<void>;
  /** A Service that is not there is no error. */
  deleteService(taskArn: string): Promise<void>;
  /** The Services of this instance's tasks. */
  listServices(): Promise<readonly NodePortService[]>;
  /** Tells of these Services until the answer is called. */
  watchServices(listener: ServiceListener<NodePortService>): () => void;
  /**
   * Whether the cluster itself publishes the host port, leading to the NodePort (a k3d port mapping). Asked before a port
   * is allocated, from what is known, and anew when something else turns out to listen on it.
   */
  isMapped(port: MappedPort, knowledge: 'kept' | 'fresh'): Promise<boolean>;
  /** How this process reaches a container's port: the Pod's address, the node's NodePort, or the API server's port-forward, whichever this host can dial. */
  route(endpoint: TaskLocation, port: NodePortServicePort): Promise<Route>;
  /** Resolves when the task's Service has its endpoint (or after a bounded wait), for ports that the cluster publishes without us. */
  whenServed(taskArn: string): Promise<void>;
}

export interface MappedPort {
  /** Of this host, on which the host port is announced. */
  readonly address: string;
  readonly hostPort: number;
  readonly nodePort: number;
  readonly protocol: 'tcp' | 'udp';
}

export interface NodePortService {
  readonly taskArn: string;
  readonly ports: readonly NodePortServicePort[];
}

export interface NodePortServicePort {
  readonly container: string;
  readonly containerPort: number;
  readonly nodePort: number;
  readonly protocol: 'tcp' | 'udp';
}

export class NodePortTaken extends Error {
  override readonly name = 'NodePortTaken';
  readonly nodePort: number;

  constructor(nodePort: number, options?: ErrorOptions) {
    super(`NodePort ${nodePort} belongs to another Service of the Kubernetes cluster.`, options);
    this.nodePort = nodePort;
  }
}
