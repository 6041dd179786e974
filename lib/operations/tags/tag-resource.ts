import type { Operation } from '../operation.ts';
import { withTags } from '../tag-rules.ts';
import { findTaggedResource } from './tagged-resource.ts';

export const tagResource: Operation<'TagResource'> = async ({ resourceArn = '', tags = [] }, context) => {
  const resource = findTaggedResource(resourceArn, context);
  resource.replaceTags(withTags(resource.tags, tags));
  await context.store.commit();
  return {};
};
