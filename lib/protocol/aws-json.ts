import type { ServerResponse } from 'node:http';
import { AwsError, serverException } from '../errors.ts';
import type { Log } from '../util/log.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** "AWS JSON 1.1 protocol", Smithy: an answer is the output as JSON; members without a value are left out. */
export function sendOutput(response: ServerResponse, requestId: string, output: object): void {
  send(response, 200, requestId, JSON.stringify(output));
}

/** Java and Go read the code of an error from the header, Python and JavaScript from the body: it stands in both. */
export function sendError(response: ServerResponse, requestId: string, error: unknown, log: Log): void {
  const { code, message, status, members } = error instanceof AwsError ? error : unexpected(error, requestId);
  if (status >= 500) log.error(error, `Request ${requestId} was answered with ${code}.`);
  send(response, status, requestId, JSON.stringify({ __type: code, message, ...members }), code);
}

function unexpected(error: unknown, requestId: string): AwsError {
  return serverException(
    `KECS failed to answer: this is a bug of KECS. Its log has the cause under request id ${requestId}.`,
    error,
  );
}

function send(response: ServerResponse, status: number, requestId: string, body: string, errorCode?: string): void {
  // The client may have gone away, and a host may have answered in its place.
  if (response.headersSent || response.destroyed) return;
  const headers = [
    'x-amzn-RequestId',
    requestId,
    'Content-Type',
    CONTENT_TYPE,
    'Content-Length',
    String(Buffer.byteLength(body)),
  ];
  if (errorCode !== undefined) headers.push('X-Amzn-Errortype', errorCode);
  response.writeHead(status, headers).end(body);
}
