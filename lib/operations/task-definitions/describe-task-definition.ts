import { findTaskDefinition } from '../../store/lookups.ts';
import type { Operation } from '../operation.ts';

export const describeTaskDefinition: Operation<'DescribeTaskDefinition'> = async (input, context) => {
  const { definition, tags } = findTaskDefinition(context.store, context, input.taskDefinition ?? '');
  return { taskDefinition: definition, ...(input.include?.includes('TAGS') && { tags: [...tags] }) };
};
