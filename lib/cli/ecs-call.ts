import type { Scope } from '../model/arn.ts';
import type { Input, OperationName, Output } from '../operations/operation.ts';
import { endpointPath, nobodyAnswers } from './endpoint.ts';

interface CallOptions {
  readonly limitMs?: number;
  /** For whom the call is; absent: for whom the AWS variables name. */
  readonly scope?: Scope;
}

/** Calls a running KECS as any ECS client would. @throws Error that names the endpoint and the way out. */
export async function ecsCall<N extends OperationName>(
  endpoint: string,
  name: N,
  input: Input<N>,
  { limitMs = 30_000, scope }: CallOptions = {},
): Promise<Output<N>> {
  const response = await fetch(endpointPath(endpoint, '/'), {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonEC2ContainerServiceV20141113.${name}`,
      ...authorization(scope),
    },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(limitMs),
  }).catch((error: Error) => {
    throw nobodyAnswers(endpoint, error);
  });
  const body = (await response.json().catch((error: Error) => {
    throw new Error(`What answers at ${endpoint} is no KECS. Name the address of one with --endpoint.`, {
      cause: error,
    });
  })) as Output<N> & { __type?: string; message?: string };
  if (!response.ok) throw new Error(`${name} was refused by ${endpoint}: ${body.__type}: ${body.message}`);
  return body;
}

/** Account and region travel in the credential scope; KECS checks no signature. */
function authorization(scope: Scope | undefined): Record<string, string> {
  const region = scope?.region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  if (!region) return {};
  const key = scope?.account ?? process.env['AWS_ACCESS_KEY_ID'] ?? 'local';
  return { authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/${region}/ecs/aws4_request, Signature=none` };
}
