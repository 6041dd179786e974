import type * as ecs from '@aws-sdk/client-ecs';
import type { Wire } from './wire.ts';

export type CapacityProviderStrategyItem = Wire<ecs.CapacityProviderStrategyItem>;

/**
 * Which capacity provider each of `count` tasks goes to: `base` first, then by `weight` ("Amazon ECS capacity
 * providers", Developer Guide).
 */
export function distribute(strategy: readonly CapacityProviderStrategyItem[], count: number): string[] {
  const given = strategy.flatMap(({ capacityProvider, base = 0 }) => Array<string>(base).fill(capacityProvider ?? ''));
  const chosen = given.slice(0, count);
  const byWeight = new Map<CapacityProviderStrategyItem, number>();
  while (chosen.length < count) {
    const item = leastServed(strategy, byWeight);
    if (!item?.capacityProvider) break;
    byWeight.set(item, (byWeight.get(item) ?? 0) + 1);
    chosen.push(item.capacityProvider);
  }
  return chosen;
}

export const isFargate = (capacityProvider: string): boolean => /^FARGATE(_SPOT)?$/.test(capacityProvider);

/** A single provider takes all tasks even with the default weight of 0. */
function leastServed(
  strategy: readonly CapacityProviderStrategyItem[],
  served: ReadonlyMap<CapacityProviderStrategyItem, number>,
): CapacityProviderStrategyItem | undefined {
  const load = (item: CapacityProviderStrategyItem): number => ((served.get(item) ?? 0) + 1) / (item.weight ?? 0);
  const [first, ...others] = strategy;
  return others.reduce((best, item) => (best && load(item) >= load(best) ? best : item), first);
}
