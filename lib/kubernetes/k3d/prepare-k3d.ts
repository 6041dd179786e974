import type { Log } from '../../util/log.ts';
import type { K3dSettings } from './k3d-plan.ts';

export interface K3dPreparation {
  /** Resolves when the cluster runs. @throws Error in words, with the way out. */
  readonly ready: Promise<void>;
  /** Ends what is under way; a cluster that is half made is deleted first. */
  cancel(): Promise<void>;
}

/** Begins to find, start or make the cluster. */
export function prepareK3d(settings: K3dSettings, log: Log): K3dPreparation {
  const cancelling = new AbortController();
  const ready = prepare(settings, log, cancelling.signal);
  const settled = ready.catch(() => undefined);
  return {
    ready,
    cancel: async () => {
      cancelling.abort();
      await settled;
    },
  };
}

async function prepare(settings: K3dSettings, log: Log, signal: AbortSignal): Promise<void> {
  const { ensureK3d } = await import('./ensure-k3d.ts');
  await ensureK3d(settings, { signal, say: (line) => log.info(line), warn: (line) => log.warn(line) });
}
