import { gzipSync } from 'node:zlib';
import { connect } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import * as ecs from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import express from 'express';
import { inputShapes } from '../../lib/protocol/shapes.generated.ts';
import { clusterNotFound } from '../../lib/errors.ts';
import { waitFor } from '../support/wait-for.ts';
import { type RouterUnderTest, makeRouter } from './support/make-router.ts';
import { sendRaw } from './support/send-raw.ts';
import { serve } from './support/serve.ts';

const { ECSClient } = ecs;

describe('protocol router', () => {
  let close: (() => Promise<void>) | undefined;
  let url: string;
  let port: number;
  let under: RouterUnderTest;
  let requests: number;

  async function start(...parameters: Parameters<typeof makeRouter>): Promise<void> {
    under = makeRouter(...parameters);
    requests = 0;
    const served = await serve((request, response) => {
      requests++;
      under.router(request, response, () => void response.writeHead(404).end('passed on'));
    });
    ({ url, port, close } = served);
  }

  function client(accessKeyId = 'AKIAEXAMPLE', region = 'ap-south-1'): ecs.ECSClient {
    return new ECSClient({ endpoint: url, region, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey: 'x' } });
  }

  afterEach(async () => {
    await close?.();
    close = undefined;
  });

  describe('serialization', () => {
    const listClusters = { ListClusters: async () => ({ clusterArns: ['one'] }) };

    it('answers the real client', async () => {
      await start(listClusters);
      const { clusterArns, $metadata } = await client().send(new ecs.ListClustersCommand({}));
      expect(clusterArns).to.deep.equal(['one']);
      expect($metadata.requestId).to.equal(under.calls[0]?.context.requestId);
    });

    it('answers in the JSON of AWS', async () => {
      await start(listClusters);
      const { status, headers, text: body } = await sendRaw(port, { operation: 'ListClusters', body: '{}' });
      expect(status).to.equal(200);
      expect(body).to.equal('{"clusterArns":["one"]}');
      expect(headers['content-type']).to.equal('application/x-amz-json-1.1');
      expect(headers['content-length']).to.equal(String(body.length));
      expect(headers['x-amzn-requestid']).to.match(/^[\da-f]{8}-/);
    });

    it('takes an empty body for an empty input', async () => {
      await start(listClusters);
      expect(await sendRaw(port, { operation: 'ListClusters' })).to.include({ status: 200 });
      expect(under.calls[0]?.input).to.deep.equal({});
    });

    it('reads chunks', async () => {
      await start(listClusters);
      await sendRaw(port, { operation: 'ListClusters', body: ['{"maxRes', 'ults":', '7}'] });
      expect(under.calls[0]?.input).to.deep.equal({ maxResults: 7 });
    });

    it('reads gzip', async () => {
      await start(listClusters);
      const body = gzipSync('{"maxResults":7}');
      await sendRaw(port, { operation: 'ListClusters', headers: { 'Content-Encoding': 'gzip' }, body });
      expect(under.calls[0]?.input).to.deep.equal({ maxResults: 7 });
    });

    const broken: readonly [string, string | Buffer, Record<string, string>, number, string][] = [
      ['JSON that breaks off', '{"a":', {}, 400, 'SerializationException'],
      ['a list', '[]', {}, 400, 'SerializationException'],
      ['a text', '"text"', {}, 400, 'SerializationException'],
      ['what is no gzip', 'text', { 'Content-Encoding': 'gzip' }, 400, 'SerializationException'],
      ['an encoding that is not known', 'text', { 'Content-Encoding': 'br' }, 415, 'ClientException'],
      ['10 MB', `{"a":"${'a'.repeat(10 * 1024 * 1024)}"}`, {}, 413, 'ClientException'],
      [
        'gzip that unpacks to 64 MB',
        gzipSync(Buffer.alloc(64 * 1024 * 1024)),
        { 'Content-Encoding': 'gzip' },
        413,
        'ClientException',
      ],
    ];
    for (const [what, body, headers, status, code] of broken) {
      it(`refuses ${what} with ${status} ${code}`, async () => {
        await start(listClusters);
        const answer = await sendRaw(port, { operation: 'ListClusters', body, headers });
        expect(answer.status).to.equal(status);
        expect(answer.json()['__type']).to.equal(code);
        expect(answer.headers['x-amzn-errortype']).to.equal(code);
        expect(answer.json()['message']).to.be.a('string').that.is.not.empty;
        expect(under.calls).to.be.empty;
      });
    }

    it('keeps the connection of a client whose body was too large', async () => {
      await start(listClusters);
      const socket = connect(port, '127.0.0.1');
      const head =
        'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonEC2ContainerServiceV20141113.ListClusters\r\n';
      socket.write(`${head}Content-Length: 5000000\r\n\r\n${' '.repeat(5_000_000)}`);
      const [first] = await once(socket, 'data');
      expect(String(first)).to.match(/^HTTP\/1.1 413/);
      socket.write(`${head}Connection: close\r\nContent-Length: 2\r\n\r\n{}`);
      expect(await text(socket)).to.match(/^HTTP\/1.1 200/);
    });

    it('survives a client that goes away in the middle of its body', async () => {
      await start(listClusters);
      const socket = connect(port, '127.0.0.1');
      socket.write(
        'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonEC2ContainerServiceV20141113.ListClusters\r\nContent-Length: 10\r\n\r\n{',
      );
      await waitFor('the request', () => requests === 1);
      socket.destroy();
      expect(await sendRaw(port, { operation: 'ListClusters' })).to.include({ status: 200 });
      expect(under.calls).to.have.length(1);
    });

    for (const [what, parser] of [
      ['express.raw', express.raw({ type: () => true })],
      ['express.text', express.text({ type: () => true })],
      ['express.json', express.json({ type: () => true })],
    ] as const) {
      it(`takes the body that ${what} has read already`, async () => {
        under = makeRouter(listClusters);
        const app = express().use(parser).use(under.router);
        ({ port, close } = await serve(app));
        const answer = await sendRaw(port, { operation: 'ListClusters', body: '{"maxResults":7}' });
        expect(answer.status).to.equal(200);
        expect(under.calls[0]?.input).to.deep.equal({ maxResults: 7 });
      });
    }
  });

  describe('validation', () => {
    it('refuses an operation that ECS does not have', async () => {
      await start();
      const answer = await sendRaw(port, { operation: 'constructor', body: '{}' });
      expect(answer).to.include({ status: 400 });
      expect(answer.json()).to.deep.equal({
        __type: 'UnknownOperationException',
        message: 'Amazon ECS has no operation constructor.',
      });
    });

    it('refuses a request that is signed for ecs and names no operation', async () => {
      await start();
      const headers = {
        Authorization: 'AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/ecs/aws4_request, Signature=x',
      };
      const answer = await sendRaw(port, { headers, body: '{}' });
      expect(answer).to.include({ status: 400 });
      expect(answer.json()['__type']).to.equal('UnknownOperationException');
    });

    it('refuses an input that is not as the service model says', async () => {
      await start();
      const answer = await sendRaw(port, { operation: 'ListClusters', body: '{"maxResults":"7"}' });
      expect(answer).to.include({ status: 400 });
      expect(answer.json()).to.deep.equal({
        __type: 'SerializationException',
        message: 'STRING_VALUE cannot be converted to Integer',
      });
    });

    it('refuses a page of another origin, and a name that was rebound to this host', async () => {
      await start({ ListClusters: async () => ({}) });
      for (const headers of [{ Origin: 'https://evil.example' }, { Host: 'evil.example' }]) {
        const answer = await sendRaw(port, { operation: 'ListClusters', headers, body: '{}' });
        expect(answer).to.include({ status: 403 });
        expect(answer.json()['__type']).to.equal('AccessDeniedException');
      }
      expect(under.calls).to.be.empty;
    });
  });

  describe('behaviour', () => {
    const operationNames = Object.keys(ecs)
      .filter((name) => /^[A-Z]\w+Command$/.test(name))
      .map((name) => name.slice(0, -'Command'.length));

    it('knows the 88 operations of the SDK', () => {
      expect(Object.keys(inputShapes).sort()).to.deep.equal(operationNames.filter((name) => name !== '').sort());
      expect(operationNames).to.have.length(88);
    });

    it('brings each of them to its operation', async () => {
      await start();
      for (const operation of Object.keys(inputShapes)) {
        const answer = await sendRaw(port, { operation, body: '{}' });
        expect(answer.status, operation).to.equal(400);
        expect(answer.json()['__type'], operation).to.match(/^(UnsupportedFeature|InvalidParameter)Exception$/);
      }
    });

    it('lets the real client see a typed error', async () => {
      await start({ ListTasks: () => Promise.reject(clusterNotFound()) });
      const error = await client()
        .send(new ecs.ListTasksCommand({}))
        .catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(ecs.ClusterNotFoundException).with.property('message', 'Cluster not found.');
    });

    it('answers a bug with ServerException, and tells its cause to the log alone', async () => {
      const bug = new Error('secret');
      await start({ ListTasks: () => Promise.reject(bug) });
      const answer = await sendRaw(port, { operation: 'ListTasks', body: '{}' });
      expect(answer.status).to.equal(500);
      expect(answer.json()['__type']).to.equal('ServerException');
      expect(answer.json()['message']).to.contain(answer.headers['x-amzn-requestid']).and.not.contain('secret');
      expect(under.logged).to.deep.equal([bug]);
    });

    it('answers an output that is no JSON as a bug', async () => {
      await start({ ListTasks: async () => ({ taskArns: 1n }) });
      expect(await sendRaw(port, { operation: 'ListTasks', body: '{}' })).to.include({ status: 500 });
      expect(under.logged).to.have.length(1);
    });

    it('gives the operation the account and the region of the credentials', async () => {
      await start({ ListClusters: async () => ({}) });
      await client('123456789012', 'us-west-2').send(new ecs.ListClustersCommand({}));
      await client().send(new ecs.ListClustersCommand({}));
      await sendRaw(port, { operation: 'ListClusters' });
      expect(under.calls.map(({ context: { account, region } }) => `${account} ${region}`)).to.deep.equal([
        '123456789012 us-west-2',
        '000000000000 ap-south-1',
        '000000000000 eu-central-1',
      ]);
    });

    for (const [what, request] of [
      ['GET /', { method: 'GET' }],
      ['a POST of no service', { body: '{}' }],
      ['the operation of another service', { body: '{}', headers: { 'X-Amz-Target': 'DynamoDB_20120810.ListTables' } }],
    ] as const) {
      it(`passes ${what} on`, async () => {
        await start();
        expect(await sendRaw(port, request)).to.include({ status: 404, text: 'passed on' });
      });
    }

    it('leaves the routes of an express app alone', async () => {
      under = makeRouter({ ListClusters: async () => ({}) });
      const app = express().use(under.router);
      app.post('/orders', express.json(), (request, response) => void response.json({ got: request.body }));
      ({ port, close } = await serve(app));
      const headers = { 'Content-Type': 'application/json' };
      const answer = await sendRaw(port, { path: '/orders', headers, body: '{"id":1}' });
      expect(answer.json()).to.deep.equal({ got: { id: 1 } });
      expect(await sendRaw(port, { path: '/mounted', operation: 'ListClusters' })).to.include({ status: 200 });
    });

    it('sends nothing where a host has answered already', async () => {
      let release: (() => void) | undefined;
      under = makeRouter({ ListClusters: () => new Promise((resolve) => (release = () => resolve({}))) });
      ({ port, close } = await serve((request, response) => {
        under.router(request, response, () => undefined);
        response.writeHead(503).end('busy');
      }));
      expect(await sendRaw(port, { operation: 'ListClusters' })).to.include({ status: 503 });
      const finish = await waitFor('the call', () => release);
      finish();
      await new Promise(setImmediate);
      expect(under.logged).to.be.empty;
    });
  });
});
