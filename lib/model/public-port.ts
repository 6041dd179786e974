/** One port of a container as the world outside reaches it. A public type: it imports nothing of the SDK. */
export interface PublicPort {
  /** The ECS name of the container. */
  readonly container: string;
  readonly containerPort: number;
  readonly hostPort: number;
  readonly protocol: 'tcp' | 'udp';
}
