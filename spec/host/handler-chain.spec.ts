import { expect } from 'chai';
import type { Plugin } from '../../lib/host/index.ts';
import { waitFor } from '../support/wait-for.ts';
import { startGateway, type StartedGateway } from './start-gateway.ts';

const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=123456789012/1/eu-west-1/tea/aws4_request' };

describe('the chain of handlers', () => {
  let started: StartedGateway | undefined;
  let notes: string[];

  beforeEach(() => {
    notes = [];
  });

  afterEach(() => started?.stop());

  /** A plugin whose service answers "pot" and whose handlers note that they ran, after `plugin`'s own. */
  async function start(plugin: Plugin): Promise<void> {
    const manifest = { name: 'tea', version: '1', services: [{ signingName: 'tea' }] };
    const entry: Plugin = {
      updateGatewayRoutes: (router) => void router.addServices((_request, response) => response.end('pot')),
      updateRequestHandlers: (handlers) => {
        plugin.updateRequestHandlers?.(handlers);
        handlers.push(() => notes.push('request'));
      },
      updateResponseHandlers: (handlers) => {
        plugin.updateResponseHandlers?.(handlers);
        handlers.push(() => notes.push('response'));
      },
      updateExceptionHandlers: (handlers) => {
        plugin.updateExceptionHandlers?.(handlers);
        handlers.push(() => notes.push('exception'));
      },
      updateFinalizers: (handlers) => {
        plugin.updateFinalizers?.(handlers);
        handlers.push(() => notes.push('final'));
      },
    };
    started = await startGateway({ plugins: [{ manifest, entry }] });
  }

  async function call(path = '/') {
    const response = await fetch(`${started?.url}${path}`, { headers });
    const text = await response.text();
    await waitFor('the end of the chain', () => notes.includes('final'));
    return { status: response.status, text, headers: response.headers };
  }

  it('runs request, response and final handlers around the answer of a service', async () => {
    await start({});
    expect(await call()).to.deep.include({ status: 200, text: 'pot' });
    expect(notes).to.deep.equal(['request', 'response', 'final']);
  });

  it('shows request handlers what is known of the call', async () => {
    let seen: unknown;
    const handler = (_chain: unknown, { service, operation, region, accessKeyId }: Record<string, unknown>) => {
      seen = { service, operation, region, accessKeyId };
    };
    await start({ updateRequestHandlers: (handlers) => handlers.push(handler as never) });
    await fetch(`${started?.url}/`, { headers: { ...headers, 'x-amz-target': 'Tea_1.Pour' } });
    expect(seen).to.deep.equal({
      service: 'tea',
      operation: 'Pour',
      region: 'eu-west-1',
      accessKeyId: '123456789012',
    });
  });

  it('skips the rest of the request handlers on stop, and nothing else', async () => {
    const stop = {
      updateRequestHandlers: (handlers: unknown[]) => handlers.push((chain: { stop(): void }) => chain.stop()),
    };
    await start(stop as Plugin);
    expect(await call()).to.deep.include({ status: 200, text: '' });
    expect(notes).to.deep.equal(['response', 'final']);
  });

  it('skips response handlers too on terminate', async () => {
    await start({
      updateRequestHandlers: (handlers) =>
        handlers.push((chain, { response }) => {
          chain.terminate();
          response.end('bye');
        }),
    });
    expect(await call()).to.deep.include({ status: 200, text: 'bye' });
    expect(notes).to.deep.equal(['final']);
  });

  it('answers and stops on respond', async () => {
    await start({
      updateRequestHandlers: (handlers) =>
        handlers.push((chain) => chain.respond(418, { tea: true }, { 'x-pot': '1' })),
    });
    const answer = await call();
    expect(answer).to.deep.include({ status: 418, text: '{"tea":true}' });
    expect(answer.headers.get('x-pot')).to.equal('1');
    expect(notes).to.deep.equal(['response', 'final']);
  });

  it('runs all exception handlers, then response handlers, when a request handler fails', async () => {
    const fail = () => Promise.reject(new Error('spilt'));
    await start({
      updateRequestHandlers: (handlers) => handlers.push(fail),
      updateExceptionHandlers: (handlers) => handlers.push(fail),
    });
    const answer = await call();
    expect(answer.status).to.equal(500);
    expect(JSON.parse(answer.text)).to.deep.equal({ __type: 'InternalFailure', message: 'spilt' });
    expect(notes).to.deep.equal(['exception', 'response', 'final']);
  });

  it('lets an exception handler answer', async () => {
    await start({
      updateRequestHandlers: (handlers) => handlers.push(() => Promise.reject(new Error('spilt'))),
      updateExceptionHandlers: (handlers) =>
        handlers.push((chain, error) => chain.respond(400, (error as Error).message)),
    });
    expect(await call()).to.deep.include({ status: 400, text: 'spilt' });
  });

  it('keeps the answer when a response handler or a finalizer fails', async () => {
    const fail = () => {
      throw new Error('spilt');
    };
    await start({
      updateResponseHandlers: (handlers) => handlers.push(fail),
      updateFinalizers: (handlers) => handlers.push(fail),
    });
    expect(await call()).to.deep.include({ status: 200, text: 'pot' });
    expect(notes).to.deep.equal(['request', 'response', 'final']);
  });

  it('lets response handlers change status and headers of any answer', async () => {
    await start({
      updateResponseHandlers: (handlers) =>
        handlers.push((_chain, { response }) => {
          response.statusCode = 203;
          response.setHeader('x-seen', response.getHeader('content-type') ?? 'none');
        }),
    });
    const answer = await call();
    expect([answer.status, answer.headers.get('x-seen')]).to.deep.equal([203, 'none']);
    const health = await fetch(`${started?.url}/_localstack/health`);
    expect([health.status, health.headers.get('x-seen')]).to.deep.equal([203, 'application/json']);
  });
});
