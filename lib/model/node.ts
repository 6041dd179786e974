/** A node of Kubernetes as ECS sees it: what container instances are made of. */
export interface Node {
  readonly name: string;
  /** Its own address, as "172.18.0.2". */
  readonly address?: string;
  readonly ready: boolean;
  /** Whether new Pods may come to it: it is not cordoned. */
  readonly schedulable: boolean;
  /** For Pods, in ECS's units: 1024 are a CPU. */
  readonly cpu: number;
  /** For Pods, in MiB. */
  readonly memory: number;
  readonly architecture: 'x86_64' | 'arm64';
  readonly operatingSystem: string;
  readonly instanceType?: string;
  readonly zone?: string;
  readonly agentVersion: string;
  readonly containerRuntime: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
}
