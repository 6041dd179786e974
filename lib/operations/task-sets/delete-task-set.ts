import { invalidParameter } from '../../errors.ts';
import type { Operation } from '../operation.ts';
import { findServiceWithTaskSets, findTaskSet } from './find-task-set.ts';
import { putTaskSets, taskSetOf } from './task-set-answer.ts';

export const deleteTaskSet: Operation<'DeleteTaskSet'> = async (input, context) => {
  const { service } = findServiceWithTaskSets(input, context);
  const taskSet = findTaskSet(service, input.taskSet);
  // "If true, you can delete a task set even if it hasn't been scaled down to zero" (API_DeleteTaskSet.html).
  if (taskSet.scale > 0 && !input.force) {
    throw invalidParameter(
      `The task set ${taskSet.id} cannot be deleted while it is scaled above 0: scale it down, or use force.`,
    );
  }
  const draining = { ...taskSet, status: 'DRAINING' as const, updatedAt: context.now() };
  const taskSets = service.taskSets.map((one) => (one.id === draining.id ? draining : one));
  const next = await putTaskSets(service, taskSets, context);
  return { taskSet: taskSetOf(next, draining, context) };
};
