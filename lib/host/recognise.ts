import type { IncomingMessage } from 'node:http';
import { hostMatches } from './host-matches.ts';
import type { ServiceClaim } from './plugin-manifest.ts';
import { peekForm, type Query } from './peek-form.ts';

/** What a request says about the AWS call that it is. */
export interface Recognised {
  service?: string;
  operation?: string;
  region?: string;
  accessKeyId?: string;
}

/** The order in which AWS emulators look: X-Amz-Target, the signature's scope, the host, the query protocol's Action and Version. */
export async function recognise(request: IncomingMessage, claims: readonly ServiceClaim[]): Promise<Recognised> {
  const target = parseTarget(request);
  const scope = parseScope(request);
  const facts = { ...scope, ...(target && { operation: target.operation }) };
  const byTarget = claims.find(({ targetPrefix }) => target && targetPrefix === target.prefix);
  if (byTarget) return { ...facts, service: byTarget.signingName };
  const fitting = claims.filter(({ targetPrefix }) => !target || !targetPrefix);
  const query = await queryOf(request, fitting, scope.service);
  const operation = target ? {} : query.action ? { operation: query.action } : {};
  if (scope.service) return { ...facts, ...operation };
  const found =
    fitting.find(({ hosts }) => hosts?.some((pattern) => hostMatches(pattern, request.headers.host))) ??
    fitting.find(({ queryVersions }) => query.action && query.version && queryVersions?.includes(query.version));
  return { ...facts, ...operation, ...(found && { service: found.signingName }) };
}

/** Whether the plugin that makes this claim is to be asked. */
export const claimFits = (
  claim: ServiceClaim,
  { service, operation }: Recognised,
  request: IncomingMessage,
): boolean => {
  if (claim.signingName !== service) return false;
  const target = parseTarget(request);
  if (claim.targetPrefix && target && claim.targetPrefix !== target.prefix) return false;
  return !claim.actions || (operation !== undefined && claim.actions.includes(operation));
};

/** The body is looked into only where the answer decides something. */
async function queryOf(request: IncomingMessage, claims: readonly ServiceClaim[], signed?: string): Promise<Query> {
  const decides = claims.some((claim) =>
    signed ? claim.signingName === signed && claim.actions : claim.queryVersions,
  );
  return decides ? peekForm(request) : {};
}

function parseTarget({ headers }: IncomingMessage): { prefix: string; operation: string } | undefined {
  const target = headers['x-amz-target'];
  if (typeof target !== 'string') return undefined;
  const dot = target.lastIndexOf('.');
  return dot < 0
    ? { prefix: target, operation: '' }
    : { prefix: target.slice(0, dot), operation: target.slice(dot + 1) };
}

/** Signature Version 4: `Credential=AKID/20260101/us-east-1/ecs/aws4_request`, in a header or, when pre-signed, in the URL. */
function parseScope({ headers, url = '/' }: IncomingMessage): Recognised {
  const signed = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1];
  const presigned = /[?&]X-Amz-Credential=([^&]+)/i.exec(url)?.[1];
  const [accessKeyId, , region, service] = (signed ?? presigned ?? '').replace(/%2F/gi, '/').split('/');
  return accessKeyId && region && service ? { accessKeyId, region, service } : {};
}
