import { taskDefinitionArn } from '../../model/arn.ts';
import { invalidParameter } from '../../errors.ts';
import type { TaskDefinition } from '../../model/task-definition.ts';
import { parseTaskDefinition } from '../../store/lookups.ts';
import { forgetIfUnused } from '../../store/task-definition-removal.ts';
import type { Context, Operation, Output } from '../operation.ts';

/** The reasons are those that getmoto/moto recorded from AWS (tests/test_ecs/test_ecs_task_definitions.py). */
const reasons = {
  invalid: 'The specified task definition identifier is invalid. Specify a valid name or ARN and try again.',
  missing: 'The specified task definition does not exist. Specify a valid account, family, revision and try again.',
  active: 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
};

export const deleteTaskDefinitions: Operation<'DeleteTaskDefinitions'> = async (input, context) => {
  const references = input.taskDefinitions ?? [];
  // "You can specify up to 10 task definitions" (API_DeleteTaskDefinitions.html).
  if (references.length < 1 || references.length > 10) {
    throw invalidParameter(`1 to 10 task definitions can be deleted at once, but ${references.length} were given.`);
  }
  const taskDefinitions: TaskDefinition[] = [];
  const failures: NonNullable<Output<'DeleteTaskDefinitions'>['failures']> = [];
  for (const reference of references) {
    const result = requestDeletion(reference, context);
    if ('reason' in result) failures.push({ arn: reference, reason: result.reason });
    else taskDefinitions.push(result.definition);
  }
  for (const { taskDefinitionArn = '' } of taskDefinitions) forgetIfUnused(context.store, taskDefinitionArn);
  await context.store.commit();
  return { taskDefinitions, failures };
};

type Result = { readonly definition: TaskDefinition } | { readonly reason: string };

function requestDeletion(reference: string, context: Context): Result {
  const { family, revision } = parseTaskDefinition(context, reference) ?? {};
  if (family === undefined || revision === undefined) return { reason: reasons.invalid };
  const record = context.store.taskDefinitions.get(taskDefinitionArn(context, family, revision));
  if (!record) return { reason: reasons.missing };
  if (record.definition.status === 'ACTIVE') return { reason: reasons.active };
  const definition: TaskDefinition = {
    ...record.definition,
    status: 'DELETE_IN_PROGRESS',
    deleteRequestedAt: record.definition.deleteRequestedAt ?? context.now(),
  };
  context.store.taskDefinitions.put({ ...record, definition });
  return { definition };
}
