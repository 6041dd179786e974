import type { OrderedContainer } from '../model/container-order.ts';
import type { ContainerDefinition } from '../model/task-definition.ts';

/**
 * How the kubelet restarts containers that have a restartPolicy. It restarts all containers of a Pod, or sidecars; its rules
 * for single ones (`restartPolicyRules`) are behind a feature gate in Kubernetes 1.34.
 */
export interface RestartPlan {
  readonly podPolicy: 'Always' | 'Never';
  /** The ECS names of containers that become sidecars for it. */
  readonly beside: ReadonlySet<string>;
  /** The ECS names of those that are not restarted, although they want to be. */
  readonly without: readonly string[];
}

export function restartPlan(ordered: readonly OrderedContainer[]): RestartPlan {
  const wanting = ordered.filter(({ container }) => container.restartPolicy?.enabled);
  const main = ordered.filter(({ phase }) => phase === 'main');
  if (wanting.length > 0 && main.length === ordered.length && wanting.length === ordered.length) {
    return { podPolicy: 'Always', beside: new Set(), without: [] };
  }
  const free = wanting.filter(({ container, phase }) => phase === 'main' && !container.dependsOn?.length);
  // A Pod has at least one container that is no sidecar.
  const beside = free.length === main.length ? free.slice(1) : free;
  const without = wanting.filter((one) => one.phase !== 'beside' && !beside.includes(one));
  return { podPolicy: 'Never', beside: new Set(beside.map(nameOf)), without: without.map(nameOf) };
}

/** When an exit is not the end of a container ("Restart individual containers in Amazon ECS tasks", Developer Guide). */
export interface RestartRule {
  readonly ignored: readonly number[];
  /** Seconds that it must have run. */
  readonly period: number;
}

/** ECS container name → its rule; of those that are restarted. */
export function restartRulesOf(ordered: readonly OrderedContainer[]): Record<string, RestartRule> {
  const { without } = restartPlan(ordered);
  return Object.fromEntries(
    ordered.flatMap(({ container }) => {
      const { name = '', restartPolicy } = container;
      return restartPolicy?.enabled && !without.includes(name) ? [[name, ruleOf(restartPolicy)] as const] : [];
    }),
  );
}

/** "By default, a container must run for 300 seconds before it can be restarted" (API_ContainerRestartPolicy.html). */
const ruleOf = ({
  ignoredExitCodes = [],
  restartAttemptPeriod = 300,
}: NonNullable<ContainerDefinition['restartPolicy']>): RestartRule => ({
  ignored: ignoredExitCodes,
  period: restartAttemptPeriod,
});

const nameOf = ({ container }: OrderedContainer): string => container.name ?? '';
