import type { Operation } from '../operation.ts';
import { findTaggedResource } from './tagged-resource.ts';

export const listTagsForResource: Operation<'ListTagsForResource'> = async ({ resourceArn = '' }, context) => ({
  tags: [...findTaggedResource(resourceArn, context).tags],
});
