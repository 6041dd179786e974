import type { ContainerLaunch, ContainerProcess } from './container-process.ts';
import type { Container, Pod } from './pod.ts';

/** What runs the containers of Pods, as a CRI runtime does for a kubelet. `simulated-runtime.ts` and `docker/` implement it. */
export interface ContainerRuntime {
  /** As a Node's `containerRuntimeVersion` names it, e.g. `docker://27.5.1`. */
  readonly version: string;
  /**
   * Makes what the containers of a Pod share, their network above all.
   * @throws SandboxRefused when the Pod can never run here; another Error when it may be tried again.
   */
  openSandbox(pod: Pod): Promise<PodSandbox>;
  /** Lets go of the engine; all sandboxes have been closed before. */
  close(): Promise<void>;
}

export interface PodSandbox {
  /** The Pod's address, as its containers see it. */
  readonly podIP: string;
  /** Resolves when it has ended though nobody closed it, and the network of the containers with it. */
  readonly lost: Promise<void>;
  /** Makes sure that a container's image is there. @throws ImagePullError */
  pull(container: Container, onPulling: () => void): Promise<PulledImage>;
  /** @throws ContainerStartError when there is a container that cannot start; another Error while there is none. */
  start(launch: ContainerLaunch): Promise<ContainerProcess>;
  /** Removes it with all that belongs to it. A second call does nothing. */
  close(): Promise<void>;
}

export interface PulledImage {
  /** With its registry and its tag. */
  readonly image: string;
  /** With its digest. */
  readonly imageID: string;
  /** What the Event `Pulled` says. */
  readonly message: string;
}

/** A runtime that is loaded later may have its classes from another copy of this module: they are told by name. */
export function isNamed<T extends Error>(type: new (...args: never[]) => T, error: unknown): error is T {
  return (error as Error).name === type.name;
}

export class SandboxRefused extends Error {
  override readonly name = 'SandboxRefused';
}

export class ImagePullError extends Error {
  override readonly name = 'ImagePullError';
  readonly reason: 'ErrImagePull' | 'ErrImageNeverPull' | 'InvalidImageName';

  constructor(reason: ImagePullError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export class ContainerStartError extends Error {
  override readonly name = 'ContainerStartError';
  /** With its scheme, e.g. `containerd://…`. */
  readonly containerID: string;

  constructor(message: string, containerID: string) {
    super(message);
    this.containerID = containerID;
  }
}
