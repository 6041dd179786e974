import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { RequestContext } from './handler-chain.ts';

/** Answers with an error in the form that the request's AWS protocol has. */
export function sendWireError(context: RequestContext, status: number, code: string, message: string): void {
  const { response } = context;
  if (response.headersSent) return void response.destroy();
  const id = randomUUID();
  const [type, body] = form(context, { code, message, id });
  head(response, status, type, code, id).end(body);
}

function head(response: ServerResponse, status: number, type: string, code: string, id: string): ServerResponse {
  return response.writeHead(status, { 'content-type': type, 'x-amzn-errortype': code, 'x-amzn-requestid': id });
}

interface WireError {
  readonly code: string;
  readonly message: string;
  readonly id: string;
}

/** Query and EC2 protocols have XML errors (Smithy: "AWS query protocol", "AWS EC2 query protocol"); JSON serves the others. */
function form({ request, service }: RequestContext, error: WireError): [string, string] {
  const type = request.headers['content-type'] ?? '';
  const query = type.startsWith('application/x-www-form-urlencoded') || /[?&]Action=/.test(request.url ?? '');
  if (!query) return ['application/x-amz-json-1.1', JSON.stringify({ __type: error.code, message: error.message })];
  return ['text/xml; charset=utf-8', service === 'ec2' ? ec2Error(error) : queryError(error)];
}

const ec2Error = ({ code, message, id }: WireError): string =>
  `<Response><Errors><Error><Code>${code}</Code><Message>${escape(message)}</Message></Error></Errors><RequestID>${id}</RequestID></Response>`;

const queryError = ({ code, message, id }: WireError): string =>
  `<ErrorResponse><Error><Type>Receiver</Type><Code>${code}</Code><Message>${escape(message)}</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`;

const escape = (text: string): string => text.replace(/[<&]/g, (character) => (character === '<' ? '&lt;' : '&amp;'));
