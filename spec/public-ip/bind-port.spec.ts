import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { ask } from '../../lib/public-ip/contract/ask.ts';
import { type EchoServer, startEchoServer } from '../../lib/public-ip/contract/echo-server.ts';
import { bindPort } from '../../lib/public-ip/bind-port.ts';
import type { PortForwarder } from '../../lib/public-ip/port-forwarder.ts';
import { waitFor } from '../support/wait-for.ts';

const publicIp = '127.0.0.1';

describe('a bound host port', () => {
  let container: EchoServer;
  const bound: PortForwarder[] = [];

  const bind = async (protocol: 'tcp' | 'udp', port = 0): Promise<PortForwarder> => {
    const forwarder = await bindPort({ address: publicIp, port, protocol });
    if (!forwarder) throw new Error(`${protocol} port ${port} is busy.`);
    bound.push(forwarder);
    return forwarder;
  };

  beforeEach(async () => {
    container = await startEchoServer();
  });
  afterEach(async () => {
    await Promise.all(bound.splice(0).map((forwarder) => forwarder.close()));
    await container.close();
  });

  for (const protocol of ['tcp', 'udp'] as const) {
    it(`is undefined where somebody listens, over ${protocol}`, async () => {
      expect(await bindPort({ address: publicIp, port: container.port, protocol })).to.equal(undefined);
    });

    it(`keeps what comes before it is open, over ${protocol}`, async () => {
      const forwarder = await bind(protocol);
      const answer = ask({ publicIp, hostPort: forwarder.port, protocol }, 'early');
      // A connection of its own, made later and closed by the forwarder, would tell no more than a turn of the loop.
      await new Promise(setImmediate);
      forwarder.open({ host: publicIp, port: container.port });
      expect(await answer).to.equal('early');
    });

    it(`can be bound again once it is closed, and closed twice, over ${protocol}`, async () => {
      const forwarder = await bind(protocol);
      await forwarder.close();
      await forwarder.close();
      expect((await bind(protocol, forwarder.port)).port).to.equal(forwarder.port);
    });
  }

  it('names the option when the address is not one of this host', async () => {
    const error = await bindPort({ address: '192.0.2.1', port: 0, protocol: 'tcp' }).catch(String);
    expect(error).to.contain('192.0.2.1').and.to.contain('publicIp.address');
  });

  it('waits for a container that begins to listen after the task is running', async () => {
    const { port } = container;
    await container.close();
    const forwarder = await bind('tcp');
    forwarder.open({ host: publicIp, port });
    const answer = ask({ publicIp, hostPort: forwarder.port, protocol: 'tcp' }, 'late');
    const refused = connect(port, publicIp);
    await once(refused, 'error');
    const late = createServer((socket) => socket.pipe(socket)).listen(port, publicIp);
    try {
      expect(await answer).to.equal('late');
    } finally {
      late.close();
      container = await startEchoServer();
    }
  });

  it('closes a connection when the container goes on refusing', async () => {
    const forwarder = await bind('tcp');
    const { port } = container;
    await container.close();
    container = await startEchoServer();
    forwarder.open({ host: publicIp, port });
    expect(await ask({ publicIp, hostPort: forwarder.port, protocol: 'tcp' }, 'anybody?').catch(() => '')).to.equal('');
  });

  it('takes streams from a route that has no address', async () => {
    const forwarder = await bind('tcp');
    forwarder.open({
      connect: async () => {
        const socket = connect({ port: container.port, host: publicIp, allowHalfOpen: true });
        await once(socket, 'connect');
        return socket;
      },
    });
    expect(await ask({ publicIp, hostPort: forwarder.port, protocol: 'tcp' }, 'through')).to.equal('through');
  });

  it('refuses a route of streams for UDP', async () => {
    const forwarder = await bind('udp');
    const connectNowhere = () => Promise.reject(new Error('never called'));
    expect(() => forwarder.open({ connect: connectNowhere })).to.throw(`UDP host port ${forwarder.port}`);
  });

  it('breaks the connection to the client when the container breaks its own', async () => {
    const { server, port, sockets } = await startSilentServer();
    const forwarder = await bind('tcp');
    forwarder.open({ host: publicIp, port });
    const client = connect(forwarder.port, publicIp);
    client.on('error', () => undefined);
    const container = await waitFor('the connection of the container', () => sockets[0]);
    container.resetAndDestroy();
    await waitFor('the end of the client', () => client.destroyed);
    server.close();
  });

  it('breaks the connection to the container when the client breaks its own', async () => {
    const { server, port, sockets } = await startSilentServer();
    const forwarder = await bind('tcp');
    forwarder.open({ host: publicIp, port });
    const client = connect(forwarder.port, publicIp);
    const container = await waitFor('the connection of the container', () => sockets[0]);
    client.resetAndDestroy();
    await waitFor('the end of the container', () => container.destroyed);
    server.close();
  });

  it('carries megabytes whole and in order to a reader that takes its time, after the writer has said its end', async () => {
    const sent = Buffer.from(Uint32Array.from({ length: 2_000_000 }, (_, index) => index).buffer);
    const server = createServer((socket) => socket.end(sent)).listen(0, publicIp);
    await once(server, 'listening');
    const forwarder = await bind('tcp');
    forwarder.open({ host: publicIp, port: (server.address() as AddressInfo).port });
    const chunks: Buffer[] = [];
    for await (const chunk of connect(forwarder.port, publicIp) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if (chunks.length % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(Buffer.concat(chunks).equals(sent)).to.equal(true);
    server.close();
  });

  it('carries megabytes to the container, which answers after it has heard the end', async () => {
    const sent = Buffer.from(Uint32Array.from({ length: 2_000_000 }, (_, index) => index).buffer);
    const received: Buffer[] = [];
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('data', (chunk) => received.push(chunk));
      socket.on('end', () => socket.end(`${Buffer.concat(received).equals(sent)}`));
    }).listen(0, publicIp);
    await once(server, 'listening');
    const forwarder = await bind('tcp');
    forwarder.open({ host: publicIp, port: (server.address() as AddressInfo).port });
    const client = connect({ host: publicIp, port: forwarder.port, allowHalfOpen: true });
    client.end(sent);
    expect(await text(client)).to.equal('true');
    server.close();
  });

  it('ends connections on both sides when it is closed', async () => {
    const { server, port, sockets } = await startSilentServer();
    const forwarder = await bind('tcp');
    forwarder.open({ host: publicIp, port });
    const client = connect(forwarder.port, publicIp).resume();
    const container = await waitFor('the connection of the container', () => sockets[0]);
    await forwarder.close();
    await waitFor('the end of both', () => client.destroyed && container.destroyed);
    server.close();
  });

  it('closes connections beyond the 64 that wait for a task', async () => {
    const forwarder = await bind('tcp');
    const clients = Array.from({ length: 70 }, () => connect(forwarder.port, publicIp).resume());
    await waitFor('the end of six clients', () => clients.filter((client) => client.destroyed).length === 6);
    forwarder.open({ host: publicIp, port: container.port });
    for (const client of clients) client.destroy();
  });

  it('tells UDP clients apart', async () => {
    const forwarder = await bind('udp');
    forwarder.open({ host: publicIp, port: container.port });
    const texts = Array.from({ length: 20 }, (_, n) => `client ${n}`);
    const asked = texts.map((text) => ask({ publicIp, hostPort: forwarder.port, protocol: 'udp' }, text));
    expect(await Promise.all(asked)).to.deep.equal(texts);
  });

  it('keeps a UDP client on one socket, so that the container knows it again', async () => {
    const seen = new Set<number>();
    const server = createSocket('udp4', (_, from) => seen.add(from.port)).bind(0, publicIp);
    const client = createSocket('udp4');
    await once(server, 'listening');
    const forwarder = await bind('udp');
    forwarder.open({ host: publicIp, port: server.address().port });
    let received = 0;
    server.on('message', () => received++);
    for (let n = 0; n < 5; n++) client.send('again', forwarder.port, publicIp);
    await waitFor('five datagrams', () => received === 5);
    expect(seen.size).to.equal(1);
    client.close();
    server.close();
  });
});

async function startSilentServer(): Promise<{ server: Server; port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    socket.resume();
  }).listen(0, publicIp);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, sockets };
}
