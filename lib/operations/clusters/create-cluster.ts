import { isDeepStrictEqual } from 'node:util';
import { invalidParameter } from '../../errors.ts';
import { rootOf } from '../../model/account-setting.ts';
import { clusterArn } from '../../model/arn.ts';
import { checkCapacityProviders, checkClusterName, withSettings } from '../../model/cluster-rules.ts';
import type { ClusterRecord } from '../../model/cluster.ts';
import { effectiveValue } from '../account-settings/settings.ts';
import { activeProviderNames } from '../capacity-providers/providers.ts';
import type { Context, Input, Operation } from '../operation.ts';
import { checkTags } from '../tag-rules.ts';
import { changedCluster } from './clusters.ts';

export const createCluster: Operation<'CreateCluster'> = async (input, context) => {
  const { store } = context;
  const record = clusterFrom(input, context);
  const existing = store.clusters.get(record.arn);
  const active = existing?.status === 'ACTIVE' ? existing : undefined;
  if (active) checkSame(input, record, active);
  else store.clusters.put(record);
  // A repeated call waits as well: the one before it may not be on disk yet.
  await store.commit();
  return { cluster: changedCluster(store, active ?? record) };
};

function clusterFrom(input: Input<'CreateCluster'>, context: Context): ClusterRecord {
  const { clusterName: name = 'default', capacityProviders = [], defaultCapacityProviderStrategy = [] } = input;
  checkClusterName(name);
  checkTags(input.tags);
  checkCapacityProviders(
    capacityProviders,
    defaultCapacityProviderStrategy,
    activeProviderNames(context.store, context),
  );
  const insights = effectiveValue('containerInsights', rootOf(context), context);
  return {
    arn: clusterArn(context, name),
    name,
    status: 'ACTIVE',
    settings: withSettings([{ name: 'containerInsights', value: insights }], input.settings),
    ...(input.configuration && { configuration: input.configuration }),
    capacityProviders,
    defaultCapacityProviderStrategy,
    ...(input.serviceConnectDefaults && { serviceConnectDefaults: input.serviceConnectDefaults }),
    tags: input.tags ?? [],
  };
}

/** A repeated call answers the cluster that exists; with other arguments it is refused (text: hashicorp/terraform#24615). */
function checkSame(input: Input<'CreateCluster'>, record: ClusterRecord, existing: ClusterRecord): void {
  const members = [
    'settings',
    'configuration',
    'capacityProviders',
    'defaultCapacityProviderStrategy',
    'serviceConnectDefaults',
    'tags',
  ] as const;
  for (const member of members) {
    if (input[member] !== undefined && !isDeepStrictEqual(record[member], existing[member])) {
      throw invalidParameter(
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
      );
    }
  }
}
