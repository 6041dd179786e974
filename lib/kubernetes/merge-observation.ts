import type { ContainerObservation, TaskObservation } from '../runtime/task-runtime.ts';

/** Adds what an earlier observation knew and the new one no longer says: Kubernetes forgets, e.g. when a node is lost. */
export function mergeObservation(earlier: TaskObservation | undefined, now: TaskObservation): TaskObservation {
  if (!earlier) return now;
  return {
    ...earlier,
    ...now,
    stopping: earlier.stopping || now.stopping,
    containers: now.containers.map((container) =>
      mergeContainer(
        earlier.containers.find(({ name }) => name === container.name),
        container,
      ),
    ),
  };
}

/** The task is gone: its containers have ended, and what was known of them stays. */
export function goneObservation(last: TaskObservation): TaskObservation {
  const containers = last.containers.map((container) => ({ ...container, state: 'stopped' as const }));
  return { ...last, present: false, ready: false, containers };
}

function mergeContainer(earlier: ContainerObservation | undefined, now: ContainerObservation): ContainerObservation {
  if (!earlier) return now;
  if (earlier.state === 'stopped') return { ...now, ...earlier };
  const same = earlier.runtimeId === now.runtimeId;
  const lapsed = same && now.state === 'running' && now.health === 'UNKNOWN' && earlier.health !== 'UNKNOWN';
  // A check that has succeeded once and fails now is unhealthy, start period or not.
  // Why it waited is no longer so.
  const { reason: _, ...kept } = earlier;
  return { ...kept, ...now, ...(lapsed && earlier.health && { health: 'UNHEALTHY' as const }) };
}
