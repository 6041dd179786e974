export interface PullFailure {
  readonly reason: 'ErrImagePull' | 'InvalidImageName';
  readonly message: string;
}

/** The grammar of https://github.com/distribution/reference, without digests' algorithms. */
const reference =
  /^(?:([a-zA-Z0-9.-]+(?::\d+)?)\/)?([a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::([\w][\w.-]{0,127}))?(?:@[\w+.-]+:[0-9a-fA-F]{32,})?$/;

/** Why a text is no name of an image, in the kubelet's words. */
export function invalidImageName(image: string): string | undefined {
  return reference.test(image) ? undefined : invalidName(image);
}

/** Why an image cannot be pulled. Every image is there, but for names that are no references and registries under RFC 2606's `.invalid`. */
export function pullFailure(image: string): PullFailure | undefined {
  const [, host, repository, tag = 'latest'] = reference.exec(image) ?? [];
  if (repository === undefined) return { reason: 'InvalidImageName', message: invalidName(image) };
  const domain = host?.replace(/:\d+$/, '');
  if (!domain || !/(^|\.)invalid$/.test(domain)) return undefined;
  const request = `failed to do request: Head "https://${host}/v2/${repository}/manifests/${tag}": dial tcp: lookup ${domain}: no such host`;
  const name = /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
  const cause = `failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${request}`;
  return { reason: 'ErrImagePull', message: `rpc error: code = Unknown desc = ${cause}` };
}

/** As containerd reports a pulled image: with its registry and its tag. */
export function canonicalImage(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasHost = rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost');
  const named = hasHost ? image : rest.length > 0 ? `docker.io/${image}` : `docker.io/library/${image}`;
  return /[:@][^/]*$/.test(named) ? named : `${named}:latest`;
}

function invalidName(image: string): string {
  const parts = image.split('/');
  // A first part in upper case reads as a registry's host.
  const upper = (parts.length > 1 ? parts.slice(1) : parts).find((part) => /[A-Z]/.test(part));
  const why = upper ? `repository name (${upper}) must be lowercase` : undefined;
  const cause = `invalid reference format${why ? `: ${why}` : ''}`;
  return `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${cause}`;
}
