import { invalidParameter } from '../../errors.ts';
import { attributesOf } from '../../model/container-instance-description.ts';
import { containerInstancesOf } from '../../store/container-instances.ts';
import { findCluster } from '../../store/lookups.ts';
import type { Operation } from '../operation.ts';
import { page } from '../paging.ts';

export const listAttributes: Operation<'ListAttributes'> = async (input, context) => {
  const { attributeName, attributeValue } = input;
  const cluster = findCluster(context.store, context, input.cluster);
  // "You must also specify an attribute name to use this parameter" (API_ListAttributes.html).
  if (attributeValue !== undefined && attributeName === undefined) {
    throw invalidParameter('An attributeValue can only be given together with an attributeName.');
  }
  const attributes = containerInstancesOf(context.store, cluster, context.nodes())
    .filter(({ status }) => status !== 'INACTIVE')
    .flatMap((instance) => attributesOf(instance).map((one) => ({ ...one, targetId: instance.arn })))
    .filter(({ name }) => (attributeName ?? name) === name)
    .filter(({ value }) => attributeValue === undefined || value === attributeValue);
  const { items, nextToken } = page(attributes, input, ({ name, targetId }) => `${targetId} ${name}`);
  return { attributes: items, nextToken };
};
