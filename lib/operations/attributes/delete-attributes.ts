import { findCluster } from '../../store/lookups.ts';
import { instancesByArn, putInstance } from '../container-instances/instances.ts';
import type { Operation } from '../operation.ts';
import { checkNumber, targetOf } from './attribute-rules.ts';

/** Answers those that were deleted: one that the target does not have, or not with that value, is no error. */
export const deleteAttributes: Operation<'DeleteAttributes'> = async (input, context) => {
  const { store } = context;
  const { attributes = [] } = input;
  const cluster = findCluster(store, context, input.cluster);
  checkNumber('DeleteAttributes', attributes);
  const instances = instancesByArn(cluster, context);
  const targets = attributes.map((attribute) => ({ attribute, instance: targetOf(attribute, cluster, instances) }));
  const deleted = targets.flatMap(({ attribute, instance }) => {
    const own = store.containerInstances.get(instance.arn)?.attributes ?? [];
    const kept = own.filter(({ name, value }) => name !== attribute.name || (attribute.value ?? value) !== value);
    const gone = own.find((one) => !kept.includes(one));
    if (gone) putInstance(instance, cluster, { attributes: kept }, context);
    return gone ? [{ ...gone, targetId: instance.arn }] : [];
  });
  await store.commit();
  return { attributes: deleted };
};
