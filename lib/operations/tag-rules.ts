import { invalidParameter } from '../errors.ts';
import type { Tag } from '../model/cluster.ts';

/** "The following basic restrictions apply to tags" (API_TagResource.html): number, lengths, characters, and the prefix. */
const limits = { tags: 50, key: 128, value: 256 };
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** @throws InvalidParameterException unless a caller may give these tags to a resource. */
export function checkTags(tags: readonly Tag[] = []): void {
  for (const { key = '', value = '' } of tags) {
    checkTagKey(key);
    if (lengthOf(value) > limits.value) {
      throw invalidParameter(`The value of tag '${key}' is longer than ${limits.value} characters.`);
    }
    if (!allowed.test(value)) throw invalidParameter(`The value of tag '${key}' contains invalid characters.`);
  }
  const keys = new Set(tags.map(({ key }) => key));
  if (keys.size < tags.length) throw invalidParameter('Duplicate tag keys found: each tag key must be unique.');
  checkNumber(tags);
}

/** The tags with `added` put over those of the same keys. @throws InvalidParameterException */
export function withTags(tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  checkTags(added);
  const keys = new Set(added.map(({ key }) => key));
  const result = [...tags.filter(({ key }) => !keys.has(key)), ...added];
  checkNumber(result);
  return result;
}

/** The tags without those of the given keys; keys that no tag has are no error. @throws InvalidParameterException */
export function withoutTags(tags: readonly Tag[], keys: readonly string[]): Tag[] {
  keys.forEach(checkTagKey);
  return tags.filter(({ key }) => !keys.includes(key ?? ''));
}

function checkTagKey(key: string): void {
  if (key === '' || lengthOf(key) > limits.key) {
    throw invalidParameter(`A tag key must have 1 to ${limits.key} characters, but '${key}' has ${lengthOf(key)}.`);
  }
  // The text of awslabs' CloudFormation resource providers, which repeat what the services answer.
  if (isReserved(key)) throw invalidParameter('aws: prefixed tag key names are not allowed for external use.');
  if (!allowed.test(key)) throw invalidParameter(`The tag key '${key}' contains invalid characters.`);
}

/** "Tags with this prefix do not count against your tags per resource limit." */
function checkNumber(tags: readonly Tag[]): void {
  const own = tags.filter(({ key = '' }) => !isReserved(key)).length;
  if (own > limits.tags)
    throw invalidParameter(`A resource can have at most ${limits.tags} tags, but would have ${own}.`);
}

/** In Unicode characters, as the limits are given. */
const lengthOf = (text: string): number => Array.from(text).length;

const isReserved = (key: string): boolean => key.toLowerCase().startsWith('aws:');
