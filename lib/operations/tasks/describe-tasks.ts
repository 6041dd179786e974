import { invalidParameter } from '../../errors.ts';
import { findCluster, findTask, taskArnOf } from '../../store/lookups.ts';
import type { Operation, Output } from '../operation.ts';
import { withoutTags } from './task-answer.ts';

export const describeTasks: Operation<'DescribeTasks'> = async (input, context) => {
  const cluster = findCluster(context.store, context, input.cluster);
  const references = input.tasks ?? [];
  if (references.length === 0) throw invalidParameter('Tasks cannot be empty.');
  if (references.length > 100) {
    throw invalidParameter(`DescribeTasks takes at most 100 tasks, but was given ${references.length}.`);
  }
  const withTags = input.include?.includes('TAGS') ?? false;
  const tasks: NonNullable<Output<'DescribeTasks'>['tasks']> = [];
  const failures: NonNullable<Output<'DescribeTasks'>['failures']> = [];
  for (const reference of new Set(references)) {
    const record = findTask(context.store, cluster, reference);
    if (record) tasks.push(withTags ? record.task : withoutTags(record.task));
    else failures.push({ arn: taskArnOf(cluster, reference), reason: 'MISSING' });
  }
  // The scheduler may have changed them just now: what is answered must be on disk.
  await context.store.commit();
  return { tasks, failures };
};
