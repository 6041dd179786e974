import { type Server, createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createCallerGuard } from '../../lib/protocol/caller-guard.ts';
import { createResetRoute } from '../../lib/protocol/reset-route.ts';

describe('the reset route', () => {
  let server: Server;
  let resets: number;
  const post = (headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/_aws/ecs/reset`, { method: 'POST', headers });
  const listen = async (allowed: boolean) => {
    const route = createResetRoute(allowed, createCallerGuard(), async () => void resets++);
    server = createServer((request, response) => void route(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  };

  beforeEach(() => {
    resets = 0;
  });
  afterEach(() => server.close());

  it('refuses where it is not allowed', async () => {
    await listen(false);
    expect((await post()).status).to.equal(403);
    expect(resets).to.equal(0);
  });

  it('refuses a page of another origin', async () => {
    await listen(true);
    expect((await post({ origin: 'https://pages.example.test' })).status).to.equal(403);
    expect(resets).to.equal(0);
  });

  it('resets for a local caller', async () => {
    await listen(true);
    expect((await post()).status).to.equal(200);
    expect(resets).to.equal(1);
  });
});
