import type { Operation } from '../operation.ts';
import { findServiceWithTaskSets, findTaskSet } from './find-task-set.ts';
import { checkScale } from './scale.ts';
import { putTaskSets, taskSetOf } from './task-set-answer.ts';

export const updateTaskSet: Operation<'UpdateTaskSet'> = async (input, context) => {
  const { service } = findServiceWithTaskSets(input, context);
  const scale = checkScale(input.scale);
  const updated = { ...findTaskSet(service, input.taskSet), scale, updatedAt: context.now() };
  const taskSets = service.taskSets.map((taskSet) => (taskSet.id === updated.id ? updated : taskSet));
  const next = await putTaskSets(service, taskSets, context);
  return { taskSet: taskSetOf(next, updated, context) };
};
