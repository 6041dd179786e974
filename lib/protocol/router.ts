import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NetworkInterfaceSource } from '../ec2/network-interface.ts';
import { AwsError } from '../errors.ts';
import type { Scope } from '../model/arn.ts';
import type { Context, Operation, OperationName, Operations } from '../operations/operation.ts';
import type { Router } from '../router.ts';
import type { Log } from '../util/log.ts';
import { sendError, sendOutput } from './aws-json.ts';
import { type CallerGuard, createCallerGuard } from './caller-guard.ts';
import { createEc2Route, mayBeEc2 } from './ec2-route.ts';
import { type CredentialScope, callerOf, credentialScope } from './request-context.ts';
import { readJson } from './request-body.ts';
import { inputShapes } from './shapes.generated.ts';
import { createValidateInput } from './validate.ts';

export interface RouterOptions {
  readonly operations: Operations;
  /** What an operation is given for the caller of a request. */
  readonly context: (caller: Caller) => Context;
  /** What EC2's DescribeNetworkInterfaces answers for. */
  readonly networkInterfaces: NetworkInterfaceSource;
  readonly config: RouterConfig;
  readonly log: Log;
}

interface RouterConfig {
  /** Whom callers speak for whose credentials do not tell. */
  readonly account: string;
  readonly region: string;
  /** Host names by which the emulator may be called beside those that are local by nature. */
  readonly allowedHosts?: readonly string[];
}

interface Caller extends Scope {
  readonly requestId: string;
}

const TARGET_PREFIX = 'AmazonEC2ContainerServiceV20141113.';

export function createRouter(options: RouterOptions): Router {
  const guard = createCallerGuard(options.config.allowedHosts);
  const answerEcs = createEcsRoute(options, guard);
  const answerEc2 = createEc2Route(options, guard);
  return (request, response, next) => {
    const target = request.headers['x-amz-target'];
    if (typeof target === 'string') {
      const isOurs = request.method === 'POST' && target.startsWith(TARGET_PREFIX);
      if (isOurs) answerEcs(request, response, target.slice(TARGET_PREFIX.length), credentialScope(request));
      else next();
      return;
    }
    const scope = credentialScope(request);
    if (scope?.service === 'ecs' && request.method === 'POST') answerEcs(request, response, '', scope);
    else if (mayBeEc2(request, scope)) answerEc2(request, response, scope, next);
    else next();
  };
}

type EcsRoute = (
  request: IncomingMessage,
  response: ServerResponse,
  operation: string,
  scope: CredentialScope | undefined,
) => void;

/** Guard, read, find the operation, validate, run, answer: whatever fails on the way is answered as an error. */
function createEcsRoute(options: RouterOptions, guard: CallerGuard): EcsRoute {
  const validateInput = createValidateInput();
  return (request, response, operationName, scope) => {
    const requestId = randomUUID();
    const answer = async (): Promise<object> => {
      const body = await readJson(request);
      guard(request.headers);
      const name = knownOperation(operationName);
      const input = validateInput(name, body);
      const run = options.operations[name] as unknown as Operation<'ListClusters'>;
      return run(input, options.context({ ...callerOf(scope, options.config), requestId }));
    };
    answer()
      .then((output) => sendOutput(response, requestId, output))
      .catch((error: unknown) => sendError(response, requestId, error, options.log));
  };
}

function knownOperation(name: string): OperationName {
  if (Object.hasOwn(inputShapes, name)) return name as OperationName;
  throw new AwsError(
    'UnknownOperationException',
    name === ''
      ? `The request is signed for ecs and names no operation: send X-Amz-Target: ${TARGET_PREFIX}<operation>.`
      : `Amazon ECS has no operation ${name}.`,
  );
}
