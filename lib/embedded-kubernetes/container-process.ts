import type { ContainerLog } from './container-log.ts';
import type { ExecSession } from './exec-session.ts';
import type { PortAddress, ContainerAddressKey } from './pod-network.ts';

/** A container that runs. `simulated-container.ts`, `host-process.ts` and `docker/docker-container.ts` implement it. */
export interface ContainerProcess {
  /** With its scheme, e.g. `containerd://…`. */
  readonly containerID: string;
  /** Whether probes have something real to ask; a simulated container is always well. */
  readonly simulated: boolean;
  /** Whether commands of probes run inside it. */
  readonly runsCommands: boolean;
  /** Where each of the container's ports really listens. */
  readonly ports: readonly ContainerListener[];
  /** Resolves when the container has ended by itself or by a signal. */
  readonly exited: Promise<ContainerExit>;
  /** SIGTERM: asks it to end. */
  terminate(): void;
  /** SIGKILL: it has ended when this returns or at once after. */
  kill(): void;
  /**
   * Runs a command as `kubectl exec` does; resolves with its exit code.
   * @throws Error when the command cannot be started, in the words of a container engine.
   */
  exec(command: readonly string[], session: ExecSession): Promise<number>;
}

export interface ContainerListener extends ContainerAddressKey {
  readonly address: PortAddress;
}

export interface ContainerExit {
  readonly exitCode: number;
  readonly signal?: number;
  /** Where the exit code does not tell why it ended. */
  readonly reason?: 'OOMKilled' | 'ContainerStatusUnknown';
}

/** All that a runtime needs to know to start a container. */
export interface ContainerLaunch {
  readonly image: string;
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly container: string;
  /** How often a container of this name has run in the Pod before. */
  readonly restartCount: number;
  readonly env: Readonly<Record<string, string>>;
  readonly ports: readonly ContainerAddressKey[];
  readonly log: ContainerLog;
}
