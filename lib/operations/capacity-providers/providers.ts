import { clientException } from '../../errors.ts';
import { type Scope, clusterArn, parseArn } from '../../model/arn.ts';
import {
  type CapacityProvider,
  type CapacityProviderRecord,
  capacityProviderArn,
  describeFargateProvider,
  fargateProviders,
} from '../../model/capacity-provider.ts';
import type { ClusterRecord } from '../../model/cluster.ts';
import type { Store } from '../../store/store.ts';

/** The ARN that a capacity provider's name or ARN stands for. */
export const providerArnOf = (scope: Scope, nameOrArn: string): string =>
  parseArn(nameOrArn) ? nameOrArn : capacityProviderArn(scope, nameOrArn);

/** The ACTIVE provider of that name or ARN, which somebody made. @throws ClientException */
export function findProvider(store: Store, scope: Scope, nameOrArn: string): CapacityProviderRecord {
  const arn = providerArnOf(scope, nameOrArn);
  if (isFargate(scope, arn)) {
    throw clientException(`The capacity provider ${nameOrArn} belongs to AWS: it can neither be updated nor deleted.`);
  }
  const record = store.capacityProviders.get(arn);
  if (record?.capacityProvider.status !== 'ACTIVE') {
    throw clientException('The specified capacity provider does not exist. Specify a valid name or ARN and try again.');
  }
  return record;
}

/** All that a caller can see: AWS's own and those that were made, INACTIVE ones included. */
export function* visibleProviders(store: Store, scope: Scope): Generator<CapacityProviderRecord> {
  for (const name of fargateProviders) yield fargateRecord(scope, name);
  const prefix = capacityProviderArn(scope, '');
  for (const record of store.capacityProviders.values()) if (record.arn.startsWith(prefix)) yield record;
}

/** The names that a cluster can be given. */
export function activeProviderNames(store: Store, scope: Scope): Set<string> {
  const names = new Set<string>();
  for (const { name, capacityProvider } of visibleProviders(store, scope)) {
    if (capacityProvider.status === 'ACTIVE') names.add(name);
  }
  return names;
}

export const describeProvider = (
  { capacityProvider, tags }: CapacityProviderRecord,
  withTags: boolean,
): CapacityProvider => ({ ...capacityProvider, tags: withTags ? [...tags] : [] });

/** An ACTIVE cluster in which tasks can be given to the provider. */
export function clusterUsing(store: Store, scope: Scope, { name }: CapacityProviderRecord): ClusterRecord | undefined {
  const prefix = clusterArn(scope, '');
  for (const cluster of store.clusters.values()) {
    const isOfScope = cluster.arn.startsWith(prefix);
    if (isOfScope && cluster.status === 'ACTIVE' && cluster.capacityProviders.includes(name)) return cluster;
  }
  return undefined;
}

const isFargate = (scope: Scope, arn: string): boolean =>
  fargateProviders.some((name) => capacityProviderArn(scope, name) === arn);

function fargateRecord(scope: Scope, name: (typeof fargateProviders)[number]): CapacityProviderRecord {
  const capacityProvider = describeFargateProvider(scope, name);
  return { arn: capacityProviderArn(scope, name), name, capacityProvider, tags: [] };
}
