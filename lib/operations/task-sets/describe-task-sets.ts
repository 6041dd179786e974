import type { Operation, Output } from '../operation.ts';
import { findServiceWithTaskSets } from './find-task-set.ts';
import { taskSetOf } from './task-set-answer.ts';

export const describeTaskSets: Operation<'DescribeTaskSets'> = async (input, context) => {
  const { service } = findServiceWithTaskSets(input, context);
  const references = new Set(input.taskSets?.length ? input.taskSets : service.taskSets.map(({ id }) => id));
  const withTags = input.include?.includes('TAGS') ?? false;
  const taskSets: NonNullable<Output<'DescribeTaskSets'>['taskSets']> = [];
  const failures: NonNullable<Output<'DescribeTaskSets'>['failures']> = [];
  for (const reference of references) {
    const record = service.taskSets.find(({ id, arn }) => id === reference || arn === reference);
    if (!record) failures.push({ arn: reference, reason: 'MISSING' });
    else taskSets.push({ ...taskSetOf(service, record, context), ...(withTags && { tags: [...record.tags] }) });
  }
  await context.store.commit();
  return { taskSets, failures };
};
