import { invalidParameter } from '../../errors.ts';
import { findCluster } from '../../store/lookups.ts';
import type { Operation } from '../operation.ts';
import { describeProtection, findProtectable } from './protected-tasks.ts';

/** "A list of up to 100 task IDs or full ARN entries" (API_GetTaskProtection.html). */
const mostTasks = 100;

export const getTaskProtection: Operation<'GetTaskProtection'> = async ({ cluster, tasks = [] }, context) => {
  const record = findCluster(context.store, context, cluster);
  if (tasks.length > mostTasks) {
    throw invalidParameter(`GetTaskProtection takes at most ${mostTasks} tasks, but was given ${tasks.length}.`);
  }
  const { records, failures } = findProtectable(tasks, record, context);
  await context.store.commit();
  return { protectedTasks: records.map((task) => describeProtection(task, context.now())), failures };
};
