import type * as ecs from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';
import { checkCapacityStrategy } from './capacity-strategy-rules.ts';
import type { Wire } from './wire.ts';

type Setting = Wire<ecs.ClusterSetting>;
type StrategyItem = Wire<ecs.CapacityProviderStrategyItem>;

/** @throws InvalidParameterException in the words that awslabs/amazon-ecs-nodejs-microservices#18 shows. */
export function checkClusterName(name: string): void {
  if (!/^[a-zA-Z0-9\-_]{1,255}$/.test(name)) {
    throw invalidParameter(`Cluster must match ^[a-zA-Z0-9\\-_]{1,255}$, but was ${name}`);
  }
}

/** The settings with `changed` put over them. "The supported values are enhanced, enabled, and disabled" (API_ClusterSetting.html). */
export function withSettings(settings: readonly Setting[], changed: readonly Setting[] = []): Setting[] {
  for (const { name, value } of changed) {
    if (name !== 'containerInsights' || !['enhanced', 'enabled', 'disabled'].includes(value ?? '')) {
      throw invalidParameter(
        `The cluster setting ${name ?? '(no name)'} cannot be '${value ?? ''}'. containerInsights can be enhanced, enabled or disabled.`,
      );
    }
  }
  const names = new Set(changed.map(({ name }) => name));
  return [...settings.filter(({ name }) => !names.has(name)), ...changed];
}

/** @throws InvalidParameterException unless the cluster may have these providers and this default strategy. */
export function checkCapacityProviders(
  providers: readonly string[],
  strategy: readonly StrategyItem[],
  known: ReadonlySet<string>,
): void {
  // Texts: terraform-aws-modules/terraform-aws-ecs#53, dask/dask-cloudprovider#328.
  if (!providers.every((name) => known.has(name))) {
    throw invalidParameter(
      'The specified capacity provider was not found. Specify a valid capacity provider and try again.',
    );
  }
  if (!strategy.every(({ capacityProvider = '' }) => providers.includes(capacityProvider))) {
    throw invalidParameter(
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and try again.',
    );
  }
  checkCapacityStrategy(strategy);
}
