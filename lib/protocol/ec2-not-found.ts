import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { errorXml, sendXml } from './ec2-route.ts';
import { credentialScope } from './request-context.ts';

/**
 * Where no other EC2 stands behind KECS, an EC2 client gets an error that it can read: its clients parse XML only.
 * @returns whether the request was one for EC2.
 */
export function answerEc2NotFound(request: IncomingMessage, response: ServerResponse): boolean {
  if (credentialScope(request)?.service !== 'ec2') return false;
  const message =
    'KECS answers DescribeNetworkInterfaces for the network interfaces of its own tasks, named by id or found by filter, ' +
    'and nothing else of EC2.';
  sendXml(response, 400, errorXml('UnsupportedOperation', message, randomUUID()));
  return true;
}
