import { invalidParameter } from '../../errors.ts';
import { findCluster } from '../../store/lookups.ts';
import { getService, serviceArnOf } from '../../store/service-lookups.ts';
import type { Operation, Output } from '../operation.ts';
import { serviceOf } from './service-answer.ts';

export const describeServices: Operation<'DescribeServices'> = async (input, context) => {
  const { store } = context;
  const cluster = findCluster(store, context, input.cluster);
  const references = checkReferences(input.services);
  const withTags = input.include?.includes('TAGS') ?? false;
  const services: NonNullable<Output<'DescribeServices'>['services']> = [];
  const failures: NonNullable<Output<'DescribeServices'>['failures']> = [];
  for (const arn of new Set(references.map((reference) => serviceArnOf(cluster, reference)))) {
    const record = getService(store, cluster, arn);
    if (!record) failures.push({ arn, reason: 'MISSING' });
    else services.push({ ...serviceOf(context, record), ...(withTags && { tags: [...record.tags] }) });
  }
  // The scheduler may have changed them just now: what is answered must be on disk.
  await store.commit();
  return { services, failures };
};

/** "You may specify up to 10 services" (API_DescribeServices.html). Text on none: many clients quote it, such as the inventory of services/ecs. */
function checkReferences(references: readonly string[] = []): readonly string[] {
  if (references.length === 0) throw invalidParameter('Services cannot be empty.');
  if (references.length > 10) {
    throw invalidParameter(`DescribeServices takes at most 10 services, but was given ${references.length}.`);
  }
  return references;
}
