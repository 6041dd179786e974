import type { Operation } from '../operation.ts';
import { withoutTags } from '../tag-rules.ts';
import { findTaggedResource } from './tagged-resource.ts';

export const untagResource: Operation<'UntagResource'> = async ({ resourceArn = '', tagKeys = [] }, context) => {
  const resource = findTaggedResource(resourceArn, context);
  resource.replaceTags(withoutTags(resource.tags, tagKeys));
  await context.store.commit();
  return {};
};
