import type { V1Container } from '@kubernetes/client-node';
import type { Phase } from '../model/container-order.ts';
import type { ContainerDefinition } from '../model/task-definition.ts';
import { TaskRefused } from '../runtime/task-runtime.ts';

/**
 * An ECS health check becomes a readiness probe, which neither restarts nor ends the container: ECS leaves what to do
 * to the service scheduler. Services of KECS publish unready addresses, as ECS sends traffic whatever the check says.
 * Where another container waits for HEALTHY, the same check is a startup probe, which is what Kubernetes waits for.
 */
export function healthProbes(container: ContainerDefinition, phase: Phase): Partial<V1Container> {
  const { healthCheck } = container;
  const command = commandOf(container);
  if (!healthCheck || !command || phase === 'first') return {};
  // Defaults of API_HealthCheck.
  const { interval = 30, timeout = 5, retries = 3, startPeriod = 0 } = healthCheck;
  const probe = { exec: { command }, periodSeconds: interval, timeoutSeconds: timeout };
  const startupFailures = retries + Math.ceil(startPeriod / interval);
  return {
    readinessProbe: { ...probe, failureThreshold: retries },
    ...(phase === 'beside' && { startupProbe: { ...probe, failureThreshold: startupFailures } }),
  };
}

/** Health checks cannot be expressed unless they start with CMD, CMD-SHELL or NONE (API_HealthCheck). */
function commandOf({ name, healthCheck }: ContainerDefinition): string[] | undefined {
  const [kind, ...words] = healthCheck?.command ?? ['NONE'];
  if (kind === 'NONE') return undefined;
  if (kind === 'CMD') return words;
  if (kind === 'CMD-SHELL') return ['/bin/sh', '-c', ...words];
  throw new TaskRefused(
    `The health check of container ${name} starts with "${kind}": write CMD, CMD-SHELL or NONE first.`,
  );
}
