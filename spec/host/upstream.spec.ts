import { once } from 'node:events';
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect } from 'chai';
import { WebSocket, WebSocketServer } from 'ws';
import { createGateway } from '../../lib/host/index.ts';
import { waitFor } from '../support/wait-for.ts';
import { startGateway, type StartedGateway } from './start-gateway.ts';

describe('the upstream', () => {
  let upstream: Server;
  let started: StartedGateway;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  beforeEach(async () => {
    upstream = createServer((incoming, response) => answer(incoming, response)).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    started = await startGateway({ plugins: [], upstream: url });
  });

  afterEach(async () => {
    await started.stop();
    upstream.closeAllConnections();
    upstream.close();
  });

  const send = (path = '/', options: object = {}): ClientRequest => request(started.url + path, options);
  const responseOf = async (outgoing: ClientRequest) => ((await once(outgoing, 'response')) as [IncomingMessage])[0];
  const textOf = async (stream: IncomingMessage) => Buffer.concat((await stream.toArray()) as Buffer[]).toString();

  it('gets path, host, headers and body as the client sent them', async () => {
    answer = (incoming, response) =>
      void textOf(incoming).then((body) => {
        response.setHeader('x-got', JSON.stringify([incoming.method, incoming.url, incoming.headers.host]));
        response.statusCode = 207;
        response.end(body + (incoming.headers.authorization ?? ''));
      });
    const path = "/bucket/a//b'c%2Fd?list-type=2&x=%20";
    const headers = { host: 'bucket.s3.test', authorization: 'signed', expect: '100-continue' };
    const response = await responseOf(send(path, { method: 'PUT', headers }).end('body'));
    expect(response.statusCode).to.equal(207);
    expect(JSON.parse(response.headers['x-got'] as string)).to.deep.equal(['PUT', path, 'bucket.s3.test']);
    expect(await textOf(response)).to.equal('bodysigned');
  });

  it('gets a form whose Action was looked for in whole', async () => {
    answer = (incoming, response) => void incoming.pipe(response);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = `Action=A&Version=1&Filler=${'x'.repeat(200_000)}`;
    expect(await textOf(await responseOf(send('/', { method: 'POST', headers }).end(body)))).to.equal(body);
  });

  it('streams both ways', async () => {
    answer = (incoming, response) => {
      response.flushHeaders();
      incoming.on('data', (chunk) => response.write(chunk));
      incoming.on('end', () => response.end());
    };
    const outgoing = send('/', { method: 'POST' });
    outgoing.flushHeaders();
    const response = await responseOf(outgoing);
    for (const word of ['one', 'two']) {
      outgoing.write(word);
      const [chunk] = (await once(response, 'data')) as [Buffer];
      expect(chunk.toString()).to.equal(word);
    }
    outgoing.end();
    await once(response, 'end');
  });

  it('is told when the client goes away while the answer streams', async () => {
    let gone = false;
    answer = (_incoming, response) => {
      response.write('first');
      response.once('close', () => (gone = true));
    };
    const outgoing = send()
      .on('error', () => undefined)
      .end();
    await once(await responseOf(outgoing), 'data');
    outgoing.destroy();
    await waitFor('the end of the request at the upstream', () => gone);
  });

  it('that breaks off in the middle of an answer breaks off the client too', async () => {
    answer = (_incoming, response) => {
      response.write('first');
      setImmediate(() => response.destroy());
    };
    const response = await responseOf(send().end());
    response.resume();
    const [error] = (await once(response, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).to.equal('ECONNRESET');
  });

  it('that is away is told as 502 in the form of the protocol', async () => {
    upstream.close();
    await once(upstream, 'close');
    const json = await fetch(started.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'Logs_20140328.PutLogEvents' },
    });
    expect([json.status, json.headers.get('x-amzn-errortype')]).to.deep.equal([502, 'BadGateway']);
    expect(((await json.json()) as { message: string }).message).to.match(
      /^The upstream http:\/\/127\.0\.0\.1:\d+ does not answer \(ECONNREFUSED\): start it, or correct the option upstream\.$/,
    );
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const xml = await fetch(started.url, { method: 'POST', headers, body: 'Action=ListQueues&Version=2012-11-05' });
    expect([xml.status, await xml.text()]).to.satisfy(
      ([status, text]: [number, string]) => status === 502 && text.includes('<Code>BadGateway</Code>'),
    );
  });

  it('gets websockets', async () => {
    const sockets = new WebSocketServer({ server: upstream });
    sockets.on('connection', (socket, incoming) => {
      socket.on('message', (data) => socket.send(`${incoming.url} ${(data as Buffer).toString()}`));
    });
    const client = new WebSocket(`${started.url.replace('http', 'ws')}/a//b`);
    await once(client, 'open');
    client.send('tea');
    const [message] = (await once(client, 'message')) as [Buffer];
    expect(message.toString()).to.equal('/a//b tea');
    client.terminate();
    sockets.close();
  });

  it('that is away refuses websockets with 502', async () => {
    upstream.close();
    await once(upstream, 'close');
    expect(await refusal(started.url)).to.equal(502);
  });

  it('that is no URL is refused', () => {
    expect(() => createGateway({ plugins: [], upstream: 'localhost:5000' })).to.throw(
      /upstream localhost:5000 is no URL/,
    );
  });

  it('that is not configured refuses websockets with 501', async () => {
    const alone = await startGateway({ plugins: [] });
    expect(await refusal(alone.url)).to.equal(501);
    await alone.stop();
  });

  async function refusal(url: string): Promise<number | undefined> {
    const client = new WebSocket(url.replace('http', 'ws')).on('error', () => undefined);
    const [, response] = (await once(client, 'unexpected-response')) as [
      ClientRequest,
      IncomingMessage & { socket: Socket },
    ];
    client.terminate();
    return response.statusCode;
  }
});
