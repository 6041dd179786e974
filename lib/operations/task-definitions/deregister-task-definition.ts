import { clientException } from '../../errors.ts';
import type { TaskDefinition } from '../../model/task-definition.ts';
import { findTaskDefinition, parseTaskDefinition } from '../../store/lookups.ts';
import type { Context, Operation } from '../operation.ts';

export const deregisterTaskDefinition: Operation<'DeregisterTaskDefinition'> = async (input, context) => {
  const { store } = context;
  const reference = input.taskDefinition ?? '';
  checkHasRevision(reference, context);
  const record = findTaskDefinition(store, context, reference);
  const definition = deregistered(record.definition, context.now());
  if (definition !== record.definition) store.taskDefinitions.put({ ...record, definition });
  await store.commit();
  return { taskDefinition: definition };
};

/** "You must specify a revision" (API_DeregisterTaskDefinition.html). */
function checkHasRevision(reference: string, context: Context): void {
  const parsed = parseTaskDefinition(context, reference);
  if (parsed && parsed.revision === undefined) {
    throw clientException(`A revision must be specified, as in ${parsed.family}:1, to deregister a task definition.`);
  }
}

/** A revision that is no longer ACTIVE stays as it is. */
function deregistered(definition: TaskDefinition, deregisteredAt: number): TaskDefinition {
  return definition.status === 'ACTIVE' ? { ...definition, status: 'INACTIVE', deregisteredAt } : definition;
}
