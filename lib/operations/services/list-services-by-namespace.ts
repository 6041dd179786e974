import type { ServiceRecord } from '../../model/service.ts';
import { currentRevision } from '../../store/service-lookups.ts';
import type { Store } from '../../store/store.ts';
import type { Operation } from '../operation.ts';
import { page } from '../paging.ts';
import { servicesPage } from './list-services.ts';

export const listServicesByNamespace: Operation<'ListServicesByNamespace'> = async (input, context) => {
  const { store, account, region } = context;
  const arns = [];
  for (const service of store.services.values()) {
    if (service.account !== account || service.region !== region || service.status === 'INACTIVE') continue;
    if (namespaceOf(store, service) === input.namespace) arns.push(service.arn);
  }
  const { items, nextToken } = page(arns, input, (arn) => arn, servicesPage);
  return { serviceArns: items, ...(nextToken !== undefined && { nextToken }) };
};

/** The namespace of a service with Service Connect as it was named, "or the cluster's default" (API_ServiceConnectConfiguration.html). */
function namespaceOf(store: Store, service: ServiceRecord): string | undefined {
  const connect = currentRevision(store, service)?.revision.serviceConnectConfiguration;
  if (!connect?.enabled) return undefined;
  return connect.namespace ?? store.clusters.get(service.clusterArn)?.serviceConnectDefaults?.namespace;
}
