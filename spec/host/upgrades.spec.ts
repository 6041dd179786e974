import { once } from 'node:events';
import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { WebSocket, WebSocketServer } from 'ws';
import type { PluginRouter, Upgradable } from '../../lib/host/index.ts';
import { type StartedGateway, startGateway } from './start-gateway.ts';

describe('requests to upgrade', () => {
  let started: StartedGateway | undefined;
  afterEach(() => started?.stop());

  /** Greets on the websockets of one path. */
  const greeter = (path: string, greeting: string): Upgradable => {
    const sockets = new WebSocketServer({ noServer: true });
    return (request, socket, head, next) => {
      if (request.url !== path) return next();
      sockets.handleUpgrade(request, socket, head, (accepted) => accepted.send(greeting));
    };
  };
  const gatewayWith = async (add: (router: PluginRouter) => void, upstream?: string) => {
    const entry = { updateGatewayRoutes: add };
    const plugin = { manifest: { name: 'greeter', version: '1.0.0' }, entry };
    started = await startGateway({ plugins: [plugin], ...(upstream !== undefined && { upstream }) });
    return started;
  };
  const greetingAt = async (path: string): Promise<string> => {
    const socket = new WebSocket(`${started?.url}${path}`);
    try {
      return String((await once(socket, 'message'))[0]);
    } finally {
      socket.terminate();
    }
  };
  const refusalAt = async (path: string): Promise<number | undefined> => {
    const socket = new WebSocket(`${started?.url}${path}`);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    return response.statusCode;
  };

  it('go to the plugin that takes them', async () => {
    await gatewayWith((router) => {
      router.addUpgrade(greeter('/one', 'first'));
      router.addUpgrade(greeter('/two', 'second'));
    });
    expect(await greetingAt('/two')).to.equal('second');
    expect(await greetingAt('/one')).to.equal('first');
  });

  it('go to the upstream when no plugin takes them, or else are refused', async () => {
    const upstream = createServer().listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const sockets = new WebSocketServer({ server: upstream });
    sockets.on('connection', (socket) => socket.send('from upstream'));
    const add = (router: PluginRouter) => void router.addUpgrade(greeter('/one', 'first'));
    await gatewayWith(add, `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
    expect(await greetingAt('/other')).to.equal('from upstream');
    expect(await greetingAt('/one')).to.equal('first');
    upstream.close();
    upstream.closeAllConnections();
    await started?.stop();
    await gatewayWith(add);
    expect(await refusalAt('/other')).to.equal(501);
  });

  it('are not offered to what was removed', async () => {
    let remove = (): void => undefined;
    await gatewayWith((router) => (remove = router.addUpgrade(greeter('/one', 'first'))));
    expect(await greetingAt('/one')).to.equal('first');
    remove();
    expect(await refusalAt('/one')).to.equal(501);
  });

  it('are refused when a plugin fails with one, and the host lives', async () => {
    await gatewayWith((router) => {
      router.addUpgrade((request, _socket, _head, next) => {
        if (request.url === '/bad') throw new Error('It fails.');
        next();
      });
      router.addUpgrade(greeter('/one', 'first'));
    });
    expect(await refusalAt('/bad')).to.equal(500);
    expect(await greetingAt('/one')).to.equal('first');
  });
});
