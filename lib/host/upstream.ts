import httpProxy from 'http-proxy';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RequestContext } from './handler-chain.ts';
import { sendWireError } from './wire-error.ts';

/** The emulator that answers what no plugin claims. */
export interface Upstream {
  /** Resolves when the answer is complete or the client is gone. */
  forward(context: RequestContext): Promise<void>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** Streams to `target` what it is given, unchanged: signatures cover path and host. @throws Error when `target` is no URL. */
export function createUpstream(target: string): Upstream {
  if (!/^https?:\/\/./.test(target) || !URL.canParse(target))
    throw new Error(`The upstream ${target} is no URL: give one such as http://127.0.0.1:5000, or leave it out.`);
  const proxy = httpProxy.createProxyServer({ target, toProxy: true });
  proxy.on('proxyReq', (outgoing, request, response) => {
    keepPath(outgoing, request, target);
    // The upstream may answer before the body comes.
    if (request.headers['transfer-encoding'] ?? request.headers['content-length']) outgoing.flushHeaders();
    response.once('close', () => outgoing.destroy());
  });
  proxy.on('proxyReqWs', (outgoing, request) => keepPath(outgoing, request, target));
  proxy.on('proxyRes', (answer, _request, response) => {
    // http-proxy has copied the head by then; a body may be long in coming.
    queueMicrotask(() => response.flushHeaders());
    endWithUpstream(answer, response);
  });
  return {
    forward: (context) => forward(proxy, context, target),
    upgrade: (request, socket, head) => upgrade(proxy, request, socket, head),
    close: () => proxy.close(),
  };
}

function forward(proxy: httpProxy, context: RequestContext, target: string): Promise<void> {
  const { request, response } = context;
  // node:http has answered "100 Continue" already, and http-proxy leaves requests with this header as they are.
  delete request.headers.expect;
  return new Promise((resolve) => {
    response.once('close', resolve);
    proxy.web(request, response, {}, (error: Error & { code?: string }) => {
      if (response.closed) return;
      const message = `The upstream ${target} does not answer (${error.code ?? error.message}): start it, or correct the option upstream.`;
      sendWireError(context, 502, 'BadGateway', message);
    });
  });
}

/** http-proxy folds `//` into `/`, which no S3 key survives. */
function keepPath(outgoing: ClientRequest, request: IncomingMessage, target: string): void {
  outgoing.path = new URL(target).pathname.replace(/\/$/, '') + (request.url ?? '/');
}

/** http-proxy leaves the client waiting when the upstream breaks off in the middle of an answer. */
function endWithUpstream(answer: IncomingMessage, response: ServerResponse): void {
  answer.once('close', () => {
    if (!answer.complete) response.destroy();
  });
}

function upgrade(proxy: httpProxy, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on('error', () => socket.destroy());
  proxy.ws(request, socket, head, {}, () => refuseUpgrade(socket, '502 Bad Gateway'));
}

/** Answers a request to upgrade that cannot be granted. */
export function refuseUpgrade(socket: Duplex, status: string): void {
  if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
