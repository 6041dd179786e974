import { createHash } from 'node:crypto';

/** Tells whether a call that is repeated with its client token asks for the same. A validated input has its members in the order of the service model, however the client wrote them. */
export const inputDigest = (input: object): string => createHash('sha256').update(JSON.stringify(input)).digest('hex');

/** As {@link inputDigest}, for what may be repeated with other tags. */
export const inputDigestWithoutTags = ({
  tags: _tags,
  clientToken: _token,
  ...input
}: {
  readonly tags?: unknown;
  readonly clientToken?: unknown;
}): string => inputDigest(input);
