import type { IncomingMessage } from 'node:http';

export interface Query {
  readonly action?: string;
  readonly version?: string;
}

/** Action and Version stand first in what SDKs send; a body without them in its first part is none of the query protocol. */
const peekLimit = 64 * 1024;

/** `Action` and `Version` of an AWS query request, from the URL or a form body. The body stays readable from its start. */
export async function peekForm(request: IncomingMessage): Promise<Query> {
  const url = request.url ?? '/';
  const inUrl = queryIn(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
  if (inUrl.action || !hasFormBody(request)) return inUrl;
  return queryIn(await peek(request));
}

function queryIn(text: string): Query {
  const form = new URLSearchParams(text);
  const [action, version] = [form.get('Action'), form.get('Version')];
  return { ...(action && { action }), ...(version && { version }) };
}

const hasFormBody = ({ method, headers }: IncomingMessage): boolean =>
  method === 'POST' && (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

/** Reads what is there of the body and puts it back, which a stream allows until its end has been told. */
function peek(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const finish = () => {
      request.off('readable', look).off('close', finish);
      const seen = Buffer.concat(chunks);
      if (seen.length > 0 && !request.destroyed) request.unshift(seen);
      resolve(seen.toString('latin1'));
    };
    const look = () => {
      // Reading an empty stream that has ended would tell its end before anybody else listens.
      if (request.readableLength === 0) return request.complete ? finish() : undefined;
      chunks.push(request.read() as Buffer);
      if (request.complete || enough(chunks, request)) finish();
    };
    request.on('readable', look).once('close', finish);
  });
}

function enough(chunks: readonly Buffer[], { headers }: IncomingMessage): boolean {
  const seen = Buffer.concat(chunks);
  if (seen.length >= Math.min(peekLimit, Number(headers['content-length'] ?? peekLimit))) return true;
  return /(^|&)Action=[^&]+&(.*&)?Version=[^&]+&/.test(seen.toString('latin1'));
}
