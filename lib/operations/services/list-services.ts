import type { ServiceRecord } from '../../model/service.ts';
import { findCluster } from '../../store/lookups.ts';
import { currentRevision, servicesOf } from '../../store/service-lookups.ts';
import type { Context, Input, Operation } from '../operation.ts';
import { page } from '../paging.ts';

/** "If this parameter isn't used, then ListServices returns up to 10 results" (API_ListServices.html). */
export const servicesPage = { usual: 10 };

export const listServices: Operation<'ListServices'> = async (input, context) => {
  const cluster = findCluster(context.store, context, input.cluster);
  const arns = [];
  for (const service of servicesOf(context.store, cluster.arn)) {
    if (service.status !== 'INACTIVE' && isAskedFor(service, input, context)) arns.push(service.arn);
  }
  const { items, nextToken } = page(arns, input, (arn) => arn, servicesPage);
  return { serviceArns: items, ...(nextToken !== undefined && { nextToken }) };
};

/** KECS makes no service by itself: all are their customers', none is managed by ECS. */
function isAskedFor(service: ServiceRecord, input: Input<'ListServices'>, { store }: Context): boolean {
  const { launchType, schedulingStrategy, resourceManagementType = 'CUSTOMER' } = input;
  if (resourceManagementType !== 'CUSTOMER') return false;
  if (schedulingStrategy !== undefined && service.settings.schedulingStrategy !== schedulingStrategy) return false;
  return launchType === undefined || currentRevision(store, service)?.revision.launchType === launchType;
}
