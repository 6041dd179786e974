import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../util/log.ts';
import { onHead } from './on-head.ts';

/** One request on its way through the gateway. */
export interface RequestContext {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Filled in when routes have had their turn: what is known of the AWS request. */
  service?: string;
  operation?: string;
  region?: string;
  accessKeyId?: string;
}

/** The chain of rolo's gateway (rolo/gateway/chain.py), which LocalStack's extensions are written for. */
export interface HandlerChain {
  /** Request handlers that have not run are skipped; what the handler has answered by then is the answer. */
  stop(): void;
  /** As `stop`, and response handlers are skipped too. Finalizers always run. */
  terminate(): void;
  /** Answers and stops; anything that is no text or bytes is sent as JSON. */
  respond(status: number, payload?: unknown, headers?: Readonly<Record<string, string>>): void;
}

export type RequestHandler = (chain: HandlerChain, context: RequestContext) => unknown;
/** Runs when the head of an answer is about to be sent, whoever answers: status and headers may still change. */
export type ResponseHandler = (chain: HandlerChain, context: RequestContext) => void;
export type ExceptionHandler = (chain: HandlerChain, error: unknown, context: RequestContext) => unknown;
/** Runs when the answer is complete or the client is gone. */
export type Finalizer = (chain: HandlerChain, context: RequestContext) => unknown;

export interface Handlers {
  readonly request: readonly RequestHandler[];
  readonly response: readonly ResponseHandler[];
  readonly exception: readonly ExceptionHandler[];
  readonly finalizers: readonly Finalizer[];
}

/** Takes a request through all handlers; never rejects. */
export async function runChain(handlers: Handlers, context: RequestContext, log: Log): Promise<void> {
  const chain = new Chain(context.response);
  onHead(context.response, () => {
    if (!chain.terminated) for (const handler of handlers.response) void safely(log, () => handler(chain, context));
  });
  try {
    for (const handler of handlers.request) {
      await handler(chain, context);
      if (chain.stopped) break;
    }
  } catch (error) {
    chain.stop();
    for (const handler of handlers.exception) await safely(log, () => handler(chain, error, context));
  }
  await complete(context.response);
  for (const handler of handlers.finalizers) await safely(log, () => handler(chain, context));
}

class Chain implements HandlerChain {
  stopped = false;
  terminated = false;
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  stop(): void {
    this.stopped = true;
  }

  terminate(): void {
    this.stopped = true;
    this.terminated = true;
  }

  respond(status: number, payload: unknown = '', headers: Readonly<Record<string, string>> = {}): void {
    this.stop();
    const raw = typeof payload === 'string' || payload instanceof Uint8Array;
    const type = raw ? 'text/plain; charset=utf-8' : 'application/json';
    this.#response.writeHead(status, { 'content-type': type, ...headers });
    this.#response.end(raw ? payload : JSON.stringify(payload));
  }
}

/** What a handler left open without having begun an answer ends empty, as rolo's default response does. */
async function complete(response: ServerResponse): Promise<void> {
  if (!response.headersSent) response.end();
  if (response.closed) return;
  await new Promise((resolve) => response.once('close', resolve));
}

/** Such an error is told and changes nothing (rolo/gateway/chain.py: only request handlers' errors reach exception handlers). */
async function safely(log: Log, call: () => unknown): Promise<void> {
  try {
    await call();
  } catch (error) {
    log.error(error, 'A response, exception or final handler failed; the answer stays as it is.');
  }
}
