import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeNetworkInterfaces } from '../ec2/describe-network-interfaces.ts';
import { toXml } from '../ec2/xml.ts';
import { AwsError, serverException } from '../errors.ts';
import type { CallerGuard } from './caller-guard.ts';
import { peekBody } from './peek-body.ts';
import { type CredentialScope, callerOf } from './request-context.ts';
import type { RouterOptions } from './router.ts';

type Ec2Route = (
  request: IncomingMessage,
  response: ServerResponse,
  scope: CredentialScope | undefined,
  next: (error?: unknown) => void,
) => void;

/** The largest form that is looked into: a request for a thousand interfaces stays below it. */
const MAX_FORM_BYTES = 256 * 1024;
const ACTION = 'DescribeNetworkInterfaces';

/** Whether the request may be one of EC2's query protocol: a form or a query, signed for ec2 or not at all. */
export function mayBeEc2(request: IncomingMessage, scope: CredentialScope | undefined): boolean {
  if (scope && scope.service !== 'ec2') return false;
  if (request.method === 'GET') return request.url?.includes(`Action=${ACTION}`) ?? false;
  if (request.method !== 'POST') return false;
  return request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
}

export function createEc2Route({ networkInterfaces, config, log }: RouterOptions, guard: CallerGuard): Ec2Route {
  return (request, response, scope, next) => {
    const requestId = randomUUID();
    const answer = (query: URLSearchParams | undefined): void => {
      if (query?.get('Action') !== ACTION) return next();
      try {
        const members = describeNetworkInterfaces(query, networkInterfaces(callerOf(scope, config)));
        if (!members) return next();
        guard(request.headers);
        sendXml(response, 200, toXml(`${ACTION}Response`, { requestId, ...members }));
      } catch (error) {
        const { code, message, status } = error instanceof AwsError ? error : serverException('KECS failed.', error);
        if (status >= 500) log.error(error, `Request ${requestId} was answered with ${code}.`);
        sendXml(response, status, errorXml(code, message, requestId));
      }
    };
    if (request.method === 'GET') answer(new URL(request.url ?? '/', 'http://localhost').searchParams);
    else if (request.readableEnded) answer(fromBodyParser(request));
    else peekBody(request, MAX_FORM_BYTES, (body) => answer(body && new URLSearchParams(body.toString('utf8'))));
  };
}

/** A form that a body parser in front of us has read. */
function fromBodyParser(request: IncomingMessage & { readonly body?: unknown }): URLSearchParams | undefined {
  const { body } = request;
  if (typeof body === 'string') return new URLSearchParams(body);
  if (Buffer.isBuffer(body)) return new URLSearchParams(body.toString('utf8'));
  if (typeof body !== 'object' || body === null) return undefined;
  return new URLSearchParams(Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]));
}

/** "Error responses" of the EC2 query protocol: unlike an answer, the document has no namespace. */
export function errorXml(code: string, message: string, requestId: string): string {
  const text = toXml('Response', { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId });
  return text.replace(/ xmlns="[^"]*"/, '');
}

export function sendXml(response: ServerResponse, status: number, body: string): void {
  if (response.headersSent || response.destroyed) return;
  response
    .writeHead(status, { 'Content-Type': 'text/xml;charset=UTF-8', 'Content-Length': Buffer.byteLength(body) })
    .end(body);
}
