import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { ContainerExit } from '../container-process.ts';
import { isStatus } from './docker-error.ts';

/** So many seconds an engine may be away, e.g. while it is restarted. */
const patience = 30;

const unknown: ContainerExit = { exitCode: 137, reason: 'ContainerStatusUnknown' };

/** Resolves when a container that was started has ended, even if the engine went away meanwhile. */
export async function endOf(container: Docker.Container): Promise<ContainerExit> {
  for (let failures = 0; failures < patience; failures++) {
    try {
      await container.wait();
      const { State: state } = await container.inspect();
      return { exitCode: state.ExitCode, ...(state.OOMKilled && { reason: 'OOMKilled' as const }) };
    } catch (error) {
      if (isStatus(error, 404)) return unknown;
      await delay(1000);
    }
  }
  return unknown;
}
