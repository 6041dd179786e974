import { expect } from 'chai';
import type { Plugin, PluginSource } from '../../lib/host/index.ts';
import { startGateway, type StartedGateway } from './start-gateway.ts';

const hooks = [
  'onExtensionLoad',
  'onPlatformStart',
  'updateGatewayRoutes',
  'updateRequestHandlers',
  'updateResponseHandlers',
  'updateExceptionHandlers',
  'updateFinalizers',
  'onPlatformReady',
] as const;

describe('hooks of plugins', () => {
  let started: StartedGateway | undefined;
  let calls: string[];

  beforeEach(() => {
    calls = [];
  });

  afterEach(async () => {
    await started?.stop();
    started = undefined;
  });

  /** A plugin that notes each of its hooks; `change` replaces some. */
  function noting(name: string, change: Plugin = {}): PluginSource {
    const entry: Record<string, () => Promise<void>> = {};
    for (const hook of [...hooks, 'onPlatformShutdown'])
      entry[hook] = async () => {
        await Promise.resolve();
        calls.push(`${name} ${hook}`);
      };
    const services = [{ signingName: name }];
    return { manifest: { name, version: '1', services }, entry: { ...entry, ...change } as Plugin };
  }

  const get = async (path: string) =>
    (await fetch(`${started?.url}${path}`)).json() as Promise<Record<string, unknown>>;

  it('run in order, each on all plugins before the next one', async () => {
    started = await startGateway({ plugins: [noting('a'), noting('b')] });
    expect(calls).to.deep.equal(hooks.flatMap((hook) => [`a ${hook}`, `b ${hook}`]));
  });

  it('run in reverse order at shutdown, with what a plugin registered for release after its own hook', async () => {
    const entry: PluginSource['entry'] = ({ onDispose }) => {
      onDispose(() => calls.push('first'));
      onDispose(() => calls.push('second'));
      return { onPlatformShutdown: () => calls.push('c onPlatformShutdown') };
    };
    const c = { manifest: { name: 'c', version: '1' }, entry };
    started = await startGateway({ plugins: [noting('a'), noting('b'), c] });
    calls = [];
    await started.stop();
    started = undefined;
    const expected = ['c onPlatformShutdown', 'second', 'first', 'b onPlatformShutdown', 'a onPlatformShutdown'];
    expect(calls).to.deep.equal(expected);
  });

  for (const hook of hooks)
    it(`put their plugin out of service when ${hook} fails, and no other`, async () => {
      const failing = noting('a', { [hook]: () => Promise.reject(new Error('no tea')) });
      started = await startGateway({ plugins: [failing, noting('b')] });
      expect(await get('/_localstack/health')).to.deep.include({
        services: { a: 'error', b: 'running' },
        plugins: { a: 'error', b: 'running' },
      });
      const [a] = (await get('/_localstack/plugins')) as unknown as { error: string }[];
      expect(a?.error).to.equal(`The hook ${hook} of plugin a failed: no tea.`);
      expect(calls).not.to.include('a onPlatformReady');
      expect(calls).to.include('b onPlatformReady');
    });

  it('put their plugin out of service when they exceed their time', async () => {
    const hanging = noting('a', { onPlatformStart: () => new Promise(() => undefined) });
    started = await startGateway({ plugins: [hanging, noting('b')], hostConfig: { hookLimitMs: 50 } });
    const plugins = (await get('/_localstack/plugins')) as unknown as { status: string; error?: string }[];
    expect(plugins.map(({ status }) => status)).to.deep.equal(['error', 'running']);
    expect(plugins[0]?.error).to.match(/onPlatformStart of plugin a failed: it did not end within 50 ms/);
  });

  it('that exceeded their time add no routes later', async () => {
    let late: (() => void) | undefined;
    const updateGatewayRoutes: Plugin['updateGatewayRoutes'] = (router) => {
      late = () => router.add('/tea', (_request, response) => response.end('late'));
      return new Promise(() => undefined);
    };
    started = await startGateway({
      plugins: [noting('a', { updateGatewayRoutes })],
      hostConfig: { hookLimitMs: 50 },
    });
    late?.();
    expect((await fetch(`${started.url}/tea`)).status).to.equal(404);
  });

  it('of a plugin that failed are called no more, but for its shutdown', async () => {
    const failing = noting('a', { onPlatformStart: () => Promise.reject(new Error('no tea')) });
    started = await startGateway({ plugins: [failing] });
    await started.stop();
    started = undefined;
    expect(calls).to.deep.equal(['a onExtensionLoad', 'a onPlatformShutdown']);
  });

  it('leave a plugin in error when its module cannot be loaded', async () => {
    const manifest = new URL('./fixtures/without-entry.json', import.meta.url);
    started = await startGateway({ plugins: [{ manifest }, noting('b')] });
    const [broken] = (await get('/_localstack/plugins')) as unknown as { status: string; error: string }[];
    expect(broken?.status).to.equal('error');
    expect(broken?.error).to.match(/Cannot find module/);
  });

  it('get the options, with defaults', async () => {
    const options = {
      type: 'object',
      properties: { cups: { type: 'integer', default: 2 }, milk: { type: 'boolean' } },
    };
    const seen: unknown[] = [];
    const source: PluginSource = {
      manifest: { name: 'tea', version: '1', options },
      entry: (context) => {
        seen.push(context.options);
        return {};
      },
    };
    started = await startGateway({ plugins: [source], hostConfig: { environment: { TEA_MILK: 'true' } } });
    expect(seen).to.deep.equal([{ cups: 2, milk: true }]);
  });

  it('leave requests of a plugin in error with 503 that says why', async () => {
    const failing = noting('sqs', { onPlatformStart: () => Promise.reject(new Error('no tea')) });
    started = await startGateway({ plugins: [failing] });
    const headers = {
      authorization: 'AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/sqs/aws4_request, Signature=0',
    };
    const response = await fetch(started.url, { method: 'POST', headers });
    expect(response.status).to.equal(503);
    expect(await response.json()).to.deep.include({
      message: 'The hook onPlatformStart of plugin sqs failed: no tea.',
    });
  });
});
