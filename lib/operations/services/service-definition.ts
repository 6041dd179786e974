import { invalidParameter } from '../../errors.ts';
import type { TaskDefinitionRecord } from '../../model/task-definition.ts';
import { findTaskDefinition } from '../../store/lookups.ts';
import type { Context } from '../operation.ts';

/** The revision that a service is told to run: an ACTIVE one, in the words that RunTask has for others. */
export function findDefinitionToRun(reference: string | undefined, context: Context): TaskDefinitionRecord {
  if (!reference) throw invalidParameter('TaskDefinition can not be blank.');
  const record = findTaskDefinition(context.store, context, reference, 'TaskDefinition not found.');
  if (record.definition.status !== 'ACTIVE') throw invalidParameter('TaskDefinition is inactive');
  return record;
}
