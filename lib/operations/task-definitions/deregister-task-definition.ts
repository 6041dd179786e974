import { clientException } from '../../errors.ts';
import { findTaskDefinition, parseTaskDefinition } from '../../store/lookups.ts';
import type { Operation } from '../operation.ts';

export const deregisterTaskDefinition: Operation<'DeregisterTaskDefinition'> = async (input, context) => {
  const { store } = context;
  const { taskDefinition: reference = '' } = input;
  // "You must specify a revision" (API_DeregisterTaskDefinition.html).
  const parsed = parseTaskDefinition(context, reference);
  if (parsed && parsed.revision === undefined) {
    throw clientException(`A revision must be specified, as in ${parsed.family}:1, to deregister a task definition.`);
  }
  const record = findTaskDefinition(store, context, reference);
  if (record.definition.status !== 'ACTIVE') return { taskDefinition: record.definition };
  const definition = { ...record.definition, status: 'INACTIVE' as const, deregisteredAt: context.now() };
  store.taskDefinitions.put({ ...record, definition });
  await store.commit();
  return { taskDefinition: definition };
};
