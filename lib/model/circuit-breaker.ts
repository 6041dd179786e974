import type { ServiceSettings } from './service.ts';

type Settings = Pick<ServiceSettings, 'deploymentConfiguration' | 'desiredCount'>;

/** "A minimum threshold of 3 and a maximum threshold of 200" (API reference, ServiceDeploymentCircuitBreaker). */
const bounds = { lowest: 3, highest: 200 };

/** How many tasks may fail to start before a deployment has failed; undefined without a circuit breaker. */
export function failureThreshold({ deploymentConfiguration, desiredCount }: Settings): number | undefined {
  const breaker = deploymentConfiguration?.deploymentCircuitBreaker;
  if (!breaker?.enable) return undefined;
  const { type = 'BOUNDED_PERCENT', value = 50 } = breaker.thresholdConfiguration ?? {};
  if (type === 'COUNT') return value;
  // "0.5 * desired task count", rounded up (Developer Guide, "How the Amazon ECS deployment circuit breaker detects failures").
  const share = Math.ceil((desiredCount * value) / 100);
  if (type === 'UNBOUNDED_PERCENT') return Math.max(share, 1);
  return Math.min(Math.max(share, bounds.lowest), bounds.highest);
}

/** Whether a task that runs well ends the count: true unless the circuit breaker says otherwise. */
export const resetsOnHealthyTask = ({ deploymentConfiguration }: Settings): boolean =>
  deploymentConfiguration?.deploymentCircuitBreaker?.resetOnHealthyTask ?? true;
