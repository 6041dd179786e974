import { setTimeout as delay } from 'node:timers/promises';
import { type ContainerRuntime, type PodSandbox, SandboxRefused, isNamed } from './container-runtime.ts';
import type { Pod } from './pod.ts';
import type { PodFailure } from './pod-status.ts';

/** So often a sandbox is tried before its Pod has failed. */
const limit = 5;

export interface SandboxWish {
  readonly runtime: ContainerRuntime;
  readonly pod: Pod;
  /** Whether nobody wants it any more. */
  isOver(): boolean;
  /** Called each time that there is none, with the words of the Event. */
  failed(failure: PodFailure): void;
}

/** Resolves with the sandbox, with why there will never be one, or with nothing when nobody wants it any more. */
export async function openSandbox(wish: SandboxWish): Promise<PodSandbox | PodFailure | undefined> {
  for (let tries = 1; !wish.isOver(); tries++) {
    try {
      return await wish.runtime.openSandbox(wish.pod);
    } catch (error) {
      const message = `Failed to create pod sandbox: ${(error as Error).message}`;
      const failure = { reason: 'FailedCreatePodSandBox', message };
      wish.failed(failure);
      if (isNamed(SandboxRefused, error) || tries === limit) return failure;
      await delay(1000);
    }
  }
  return undefined;
}
