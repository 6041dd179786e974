import { invalidParameter } from '../../errors.ts';
import type { TaskSetRecord } from '../../model/service.ts';
import type { Operation } from '../operation.ts';
import { findServiceWithTaskSets, findTaskSet } from './find-task-set.ts';
import { putTaskSets, taskSetOf } from './task-set-answer.ts';

/** "Any parameters that are updated on the primary task set in a service will transition to the service" (API_UpdateServicePrimaryTaskSet.html): they are read from it. */
export const updateServicePrimaryTaskSet: Operation<'UpdateServicePrimaryTaskSet'> = async (input, context) => {
  const { service } = findServiceWithTaskSets(input, context);
  const { id, status } = findTaskSet(service, input.primaryTaskSet);
  if (status === 'DRAINING')
    throw invalidParameter(`The task set ${id} is DRAINING: it cannot become the primary one.`);
  const updatedAt = context.now();
  const taskSets = service.taskSets.map((taskSet): TaskSetRecord => {
    const next = taskSet.id === id ? 'PRIMARY' : taskSet.status === 'PRIMARY' ? 'ACTIVE' : taskSet.status;
    return next === taskSet.status ? taskSet : { ...taskSet, status: next, updatedAt };
  });
  const next = await putTaskSets(service, taskSets, context);
  return { taskSet: taskSetOf(next, findTaskSet({ ...service, taskSets }, id), context) };
};
