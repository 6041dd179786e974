import { expect } from 'chai';
import type { Mountable, PluginRouter, PluginSource } from '../../lib/host/index.ts';
import { startGateway, type StartedGateway } from './start-gateway.ts';

const answering =
  (text: string): Mountable =>
  (_request, response) =>
    response.end(text);

describe('routes of plugins', () => {
  let started: StartedGateway;
  let router: PluginRouter;

  beforeEach(async () => {
    const plugin: PluginSource = {
      manifest: { name: 'tea', version: '1', services: [{ signingName: 'tea' }] },
      entry: { updateGatewayRoutes: (given) => void (router = given) },
    };
    started = await startGateway({ plugins: [plugin] });
  });

  afterEach(() => started.stop());

  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(started.url + path, init);
    return response.ok ? response.text() : response.status;
  };

  it('match path, method and host', async () => {
    router.add('/pots/:id', (request, response) => response.end((request as { params?: { id: string } }).params?.id));
    router.add('/cups', answering('cup'), { methods: ['PUT'] });
    router.add('/cups', answering('other'), { host: 'tea.*' });
    expect(await get('/pots/7?x=1')).to.equal('7');
    expect(await get('/cups', { method: 'PUT' })).to.equal('cup');
    expect(await get('/cups')).to.equal(404);
  });

  it('pass on by next to the routes after them', async () => {
    router.add('/pots', (_request, _response, next) => next());
    router.add('/pots', answering('second'));
    expect(await get('/pots')).to.equal('second');
  });

  it('leave nothing behind on the requests that they pass on', async () => {
    for (let count = 0; count < 20; count++) router.add('/pots', (_request, _response, next) => next());
    router.add('/pots', (_request, response) => response.end(String(response.listenerCount('close'))));
    expect(Number(await get('/pots'))).to.be.below(10);
  });

  it('leave OPTIONS to routes for it', async () => {
    router.add('/cups', answering('put'), { methods: ['put'] });
    router.add('/cups', answering('options'), { methods: ['options'] });
    expect(await get('/cups', { method: 'OPTIONS' })).to.equal('options');
  });

  it('come before the service of a request is looked at', async () => {
    router.addServices(answering('service'));
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=A/1/eu-west-1/tea/aws4_request' };
    expect(await get('/', { headers })).to.equal('service');
    router.add('/', answering('route'));
    expect(await get('/', { headers })).to.equal('route');
  });

  it('can be removed', async () => {
    const remove = router.add('/pots', answering('pot'));
    const removeServices = router.addServices(answering('service'));
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=A/1/eu-west-1/tea/aws4_request' };
    remove();
    removeServices();
    expect(await get('/pots')).to.equal(404);
    expect(await get('/', { headers })).to.equal(501);
  });

  it('that fail answer 500', async () => {
    router.add('/sync', () => {
      throw new Error('spilt');
    });
    router.add('/async', () => Promise.reject(new Error('spilt')));
    expect(await get('/sync')).to.equal(500);
    expect(await get('/async')).to.equal(500);
  });
});
