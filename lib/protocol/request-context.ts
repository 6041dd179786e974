import type { IncomingMessage } from 'node:http';
import type { Scope } from '../model/arn.ts';

/** What a signed request says of itself: `<access key id>/<date>/<region>/<service>/aws4_request`. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

const TWELVE_DIGITS = /^\d{12}$/;
/** As long as any region's name is, and fit to stand in an ARN and in the name of a Kubernetes namespace. */
const REGION = /^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$/;

/**
 * The scope of the SigV4 `Authorization` header or of a presigned query ("Create a signed AWS API request", IAM User
 * Guide). Signatures are not checked: any key will do on a local emulator, and unsigned requests are welcome.
 */
export function credentialScope(request: IncomingMessage): CredentialScope | undefined {
  const authorization = request.headers.authorization;
  const credential = authorization ? fromHeader(authorization) : fromQuery(request.url ?? '');
  if (!credential) return undefined;
  const [accessKeyId = '', , region = '', service = ''] = credential.split('/');
  return { accessKeyId, region, service };
}

/** An access key id of twelve digits is the account, as with LocalStack; any other speaks for the configured one. */
export function callerOf(scope: CredentialScope | undefined, configured: Scope): Scope {
  if (!scope) return configured;
  return {
    account: TWELVE_DIGITS.test(scope.accessKeyId) ? scope.accessKeyId : configured.account,
    region: REGION.test(scope.region) ? scope.region : configured.region,
  };
}

function fromHeader(authorization: string): string | undefined {
  const start = authorization.indexOf('Credential=');
  if (start < 0) return undefined;
  const end = authorization.indexOf(',', start);
  return authorization.slice(start + 'Credential='.length, end < 0 ? undefined : end);
}

function fromQuery(url: string): string | undefined {
  if (!url.includes('X-Amz-Credential=')) return undefined;
  return new URLSearchParams(url.slice(url.indexOf('?'))).get('X-Amz-Credential') ?? undefined;
}
