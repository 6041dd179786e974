import type { V1ObjectMeta } from '@kubernetes/client-node';
import { annotations } from './labels.ts';
import type { RestartRule } from './restart-plan.ts';
import type { StartConditions } from './start-conditions.ts';

/** Kubernetes name → ECS name, where the two differ. */
export const originalNames = (metadata: V1ObjectMeta | undefined): Record<string, string> =>
  recordIn(metadata, annotations.containerNames) as Record<string, string>;

/** ECS container name → the startPeriod of its health check. */
export const startPeriods = (metadata: V1ObjectMeta | undefined): Record<string, number> =>
  recordIn(metadata, annotations.startPeriods) as Record<string, number>;

/** ECS container name → what it waits for in others. */
export const startConditions = (metadata: V1ObjectMeta | undefined): StartConditions =>
  recordIn(metadata, annotations.startConditions) as StartConditions;

/** ECS container name → which exits are not its end. */
export const restartRules = (metadata: V1ObjectMeta | undefined): Record<string, RestartRule> =>
  recordIn(metadata, annotations.restartRules) as Record<string, RestartRule>;

/** Service port name → ECS container name. */
export const portContainers = (metadata: V1ObjectMeta | undefined): Record<string, string> =>
  recordIn(metadata, annotations.portContainers) as Record<string, string>;

/** An annotation of ours; somebody may have edited it. */
function recordIn(metadata: V1ObjectMeta | undefined, annotation: string): object {
  try {
    return Object(JSON.parse(metadata?.annotations?.[annotation] ?? '{}')) as object;
  } catch {
    return {};
  }
}
