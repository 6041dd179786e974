import type { TaskPublicIp } from '../model/task.ts';
import type { HostPortRequest } from './host-port.ts';
import type { PublicIpAssignment, PublicIpProvider, PublicIpRequest, TaskEndpoint } from './public-ip-provider.ts';

/** The providers of an emulator: the current one for new tasks, and those that still serve older tasks. */
export interface PublicIps {
  readonly current: PublicIpProvider;
  /** Swaps the provider for tasks to come; a task keeps the one that serves it until it stops. */
  setProvider(provider: PublicIpProvider): void;
  /** Tells of tasks whose public IP is to be published again. */
  watch(changed: (taskArn: string) => void): void;
  allocate(request: PublicIpRequest): Promise<TaskPublicIp>;
  /** Ports of this host for a task without an interface of its own; undefined where nothing gives such ports. */
  allocateHostPorts(networkMode: 'bridge' | 'host', request: HostPortRequest): Promise<TaskPublicIp | undefined>;
  publish(taskArn: string, publicIp: TaskPublicIp): Promise<TaskPublicIp>;
  open(taskArn: string, publicIp: TaskPublicIp, endpoint: TaskEndpoint): Promise<void>;
  release(taskArn: string, publicIp: TaskPublicIp): Promise<void>;
  restore(tasks: readonly PublicIpAssignmentOf[]): Promise<readonly PublicIpAssignmentOf[]>;
  close(): Promise<void>;
}

/** An assignment with the name of the provider that made it. */
export type PublicIpAssignmentOf = PublicIpAssignment & { readonly provider: string };
