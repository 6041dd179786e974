import type { PublicPort } from '../model/public-port.ts';

import type { ContainerPort, Route, TaskLocation } from '../model/route.ts';

export type { ContainerPort, Route, TaskLocation } from '../model/route.ts';
export type { PublicPort } from '../model/public-port.ts';

/**
 * Gives tasks an address on the host. `kecs/contracts` exports the specs that every provider must pass.
 *
 * The order of calls for one task is `allocate`, `publish`, `open`, `release`; `release` may come after any of them and
 * more than once. Calls for different tasks overlap.
 */
export interface PublicIpProvider {
  /** The name under which tasks remember who serves them; unique in an emulator. */
  readonly name: string;
  /**
   * Reserves an address and a host port for each requested port. Nobody else is given them until `release`.
   * @throws PublicPortsExhausted when none is left.
   */
  allocate(request: PublicIpRequest): Promise<PublicIpAssignment>;
  /**
   * Makes what must exist outside this process (a Kubernetes Service), while the containers are being started.
   * Answers the assignment as it now is: other ports than before if a reserved one proved to be taken; without
   * `publicIp` while the address is still to come, which `watch` then tells of. May be called again.
   * @throws PublicIpUnavailable when the task can never be reached.
   */
  publish?(assignment: PublicIpAssignment): Promise<PublicIpAssignment>;
  /**
   * Tells of tasks that are to be published and opened again: what was made outside is gone, or their address has come
   * or has changed. Called before anything else, by each emulator that uses the provider.
   */
  watch?(changed: (taskArn: string) => void): void;
  /** Resolves once what is sent to the assignment's ports reaches the task. Called again after a restart; repeating it is harmless. */
  open(assignment: PublicIpAssignment, endpoint: TaskEndpoint): Promise<void>;
  /** Takes everything back. A task unknown here is no error. */
  release(taskArn: string): Promise<void>;
  /** After a restart: takes up what tasks that still run were given. Answers the assignments, changed where a port was lost meanwhile. */
  restore?(assignments: readonly PublicIpAssignment[]): Promise<readonly PublicIpAssignment[]>;
  /** How much is in use, for people to see. */
  usage?(): { readonly used: number; readonly total: number };
  /** Stops serving, and leaves what belongs to running tasks in place for the next start. */
  close?(): Promise<void>;
}

export interface PublicIpRequest {
  readonly taskArn: string;
  readonly ports: readonly RequestedPort[];
}

export type RequestedPort = Omit<PublicPort, 'hostPort'>;

export interface PublicIpAssignment {
  readonly taskArn: string;
  /** The address that a user on the host dials; absent while it is still to come. */
  readonly publicIp?: string;
  readonly ports: readonly PublicPort[];
}

/** Where the task's containers listen. */
export interface TaskEndpoint extends TaskLocation {
  /**
   * How this process reaches a port of a container, whatever Kubernetes the task runs on.
   * @throws Error in words where there is no way (UDP on a cluster whose Pods this host cannot dial).
   */
  route(port: ContainerPort): Promise<Route>;
}

/** No host port is left; RunTask reports it as a failure with reason `RESOURCE:PORTS`. */
export class PublicPortsExhausted extends Error {
  override readonly name = 'PublicPortsExhausted';
}

/** The task can never have an address; the message is the `stoppedReason` its user reads. */
export class PublicIpUnavailable extends Error {
  override readonly name = 'PublicIpUnavailable';
}
