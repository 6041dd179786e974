import { invalidParameter } from '../errors.ts';
import { type CapacityProviderStrategyItem, isFargate } from './task-capacity.ts';

/** The limits of API_CapacityProviderStrategyItem.html. The texts on bases and weights are AWS's, as cdk-preflight's rules recorded them. */
export function checkCapacityStrategy(strategy: readonly CapacityProviderStrategyItem[]): void {
  if (strategy.length > 20) {
    throw invalidParameter(`A capacity provider strategy can have at most 20 items, but has ${strategy.length}.`);
  }
  strategy.forEach(checkNumbers);
  if (strategy.filter(({ base = 0 }) => base > 0).length > 1) {
    throw invalidParameter(
      'There are multiple capacity providers in the specified capacity provider strategy with a base value defined. Only one capacity provider in a strategy can have a base.',
    );
  }
  // "When multiple capacity providers are specified within a capacity provider strategy, at least one … must have a weight value greater than zero."
  if (strategy.length > 1 && strategy.every(({ weight = 0 }) => weight === 0)) {
    throw invalidParameter(
      'There are no capacity providers in the capacity provider strategy with a weight value greater than zero.',
    );
  }
  const onFargate = strategy.filter(({ capacityProvider = '' }) => isFargate(capacityProvider)).length;
  if (onFargate > 0 && onFargate < strategy.length) {
    throw invalidParameter(
      'A capacity provider strategy has either Fargate capacity providers or others, and cannot have both.',
    );
  }
}

function checkNumbers({ capacityProvider, weight = 0, base = 0 }: CapacityProviderStrategyItem): void {
  if (weight < 0 || weight > 1000) {
    throw invalidParameter(`The weight of ${capacityProvider} must be between 0 and 1000, but was ${weight}.`);
  }
  if (base < 0 || base > 100_000) {
    throw invalidParameter(`The base of ${capacityProvider} must be between 0 and 100000, but was ${base}.`);
  }
}
