import { type K3dWork, createK3d, runOf } from './create-k3d.ts';
import { findK3d } from './find-k3d.ts';
import { isRunning } from './k3d-clusters.ts';
import { runK3d } from './k3d-command.ts';
import type { K3dSettings } from './k3d-plan.ts';
import { warningsAbout } from './k3d-warnings.ts';

const startLimitMs = 300_000;

/** Finds the cluster, starts it if it is stopped, makes it if there is none. @throws Error in words, with the way out. */
export async function ensureK3d(settings: K3dSettings, work: K3dWork): Promise<void> {
  const cluster = await findK3d(settings.k3dName, runOf(work));
  if (!cluster) return createK3d(settings, work);
  for (const warning of warningsAbout(cluster)) work.warn(warning);
  if (!isRunning(cluster)) await startK3d(settings.k3dName, work);
}

async function startK3d(name: string, work: K3dWork): Promise<void> {
  work.say(`Starting k3d cluster ${name}, which is stopped.`);
  const limit = ['--wait', '--timeout', `${startLimitMs / 1000}s`];
  await runK3d(['cluster', 'start', name, ...limit], {
    ...runOf(work),
    limitMs: startLimitMs + 10_000,
    onLine: work.say,
  });
}
