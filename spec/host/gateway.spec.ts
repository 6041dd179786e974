import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createGateway, type Mountable, type PluginSource, type ServiceClaim } from '../../lib/host/index.ts';
import { rejectionOf } from './rejection-of.ts';
import { startGateway, type StartedGateway } from './start-gateway.ts';

const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=123456789012/20260101/eu-west-1/${service}/aws4_request, Signature=0`,
});
const formType = { 'content-type': 'application/x-www-form-urlencoded' };

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Answers with its name and the body that it got. */
const echo =
  (name: string): Mountable =>
  async (request, response) =>
    response.end(`${name}:${await bodyOf(request)}`);

const serving = (name: string, services: ServiceClaim[], handler = echo(name)): PluginSource => ({
  manifest: { name, version: '1', services },
  entry: { updateGatewayRoutes: (router) => void router.addServices(handler) },
});

describe('the gateway', () => {
  let started: StartedGateway | undefined;

  afterEach(async () => {
    await started?.stop();
    started = undefined;
  });

  const start = async (...plugins: PluginSource[]) => (started = await startGateway({ plugins }));
  const post = (headers: Record<string, string>, body = '', path = '/') =>
    fetch(`${started?.url}${path}`, { method: 'POST', headers, body });

  describe('recognises the service', () => {
    const ecs = serving('ecs', [
      { signingName: 'ecs', targetPrefix: 'AmazonEC2ContainerServiceV20141113', hosts: ['ecs.*'] },
    ]);
    const ec2 = serving('ec2', [{ signingName: 'ec2', queryVersions: ['2016-11-15'] }]);

    beforeEach(() => start(ecs, ec2));

    const answered: [string, string, () => Promise<Response>][] = [
      ['by X-Amz-Target', 'ecs:{}', () => post({ 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.RunTask' }, '{}')],
      ['by the scope of the signature', 'ecs:{}', () => post(signedFor('ecs'), '{}')],
      [
        'by the scope of a pre-signed URL',
        'ecs:',
        () => fetch(`${started?.url}/?X-Amz-Credential=AK%2F20260101%2Feu-west-1%2Fecs%2Faws4_request`),
      ],
      ['by Version in a form', 'ec2:Action=A&Version=2016-11-15', () => post(formType, 'Action=A&Version=2016-11-15')],
      ['by Version in the URL', 'ec2:', () => fetch(`${started?.url}/?Action=A&Version=2016-11-15`)],
    ];
    for (const [how, expected, call] of answered)
      it(how, async () => {
        expect(await (await call()).text()).to.equal(expected);
      });

    it('by the host', async () => {
      expect(await getWithHost('ecs.us-east-1.amazonaws.com:4566')).to.equal('ecs:');
      expect(await getWithHost('ecsx.us-east-1.amazonaws.com')).to.match(/No plugin answers/);
    });

    it('and believes the target before the signature', async () => {
      const headers = { ...signedFor('ec2'), 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.RunTask' };
      expect(await (await post(headers)).text()).to.equal('ecs:');
    });

    it('and gives a plugin no call with the target of another service that has its signing name', async () => {
      const response = await post({ ...signedFor('ecs'), 'x-amz-target': 'Other_20200101.RunTask' });
      expect(response.status).to.equal(501);
    });
  });

  /** fetch does not let a program choose the Host header. */
  async function getWithHost(host: string): Promise<string> {
    const { request } = await import('node:http');
    const outgoing = request(`${started?.url}/`, { headers: { host } }).end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return bodyOf(response);
  }

  describe('looks into a form and leaves the body whole', () => {
    beforeEach(() => start(serving('ec2', [{ signingName: 'ec2', actions: ['Mine'] }])));

    for (const size of [0, 10, 100_000, 3_000_000])
      it(`of ${size} bytes more`, async () => {
        const body = `Action=Mine&Version=1&Filler=${'x'.repeat(size)}`;
        expect(await (await post({ ...formType, ...signedFor('ec2') }, body)).text()).to.equal(`ec2:${body}`);
      });

    it('when it arrives in pieces, chunked', async () => {
      const { request } = await import('node:http');
      const outgoing = request(`${started?.url}/`, { method: 'POST', headers: { ...formType, ...signedFor('ec2') } });
      for (const piece of ['Act', 'ion=M', 'ine&Vers', 'ion=1']) {
        outgoing.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
      outgoing.end();
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
      expect(await bodyOf(response)).to.equal('ec2:Action=Mine&Version=1');
    });

    it('and answers when it is empty', async () => {
      expect((await post({ ...formType, ...signedFor('ec2') })).status).to.equal(501);
    });
  });

  describe('passes on', () => {
    it('operations that a plugin does not claim to the plugin of the rest of the service', async () => {
      const one = serving('one', [{ signingName: 'ec2', actions: ['DescribeNetworkInterfaces'] }]);
      await start(serving('rest', [{ signingName: 'ec2' }]), one);
      const call = async (action: string) =>
        (await post({ ...formType, ...signedFor('ec2') }, `Action=${action}&Version=2`)).text();
      expect(await call('DescribeNetworkInterfaces')).to.match(/^one:/);
      expect(await call('DescribeVpcs')).to.match(/^rest:/);
    });

    it('what a plugin calls next for', async () => {
      const passing = serving('one', [{ signingName: 'ec2', actions: ['A'] }], (_request, _response, next) => next());
      await start(serving('rest', [{ signingName: 'ec2' }]), passing);
      const response = await post({ ...formType, ...signedFor('ec2') }, 'Action=A&Version=2');
      expect(await response.text()).to.equal('rest:Action=A&Version=2');
    });

    it('what nobody claims to a clear 501, in the form of its protocol', async () => {
      await start();
      const json = await post(signedFor('sqs'));
      expect([json.status, json.headers.get('x-amzn-errortype')]).to.deep.equal([501, 'NotImplemented']);
      const error = (await json.json()) as { __type: string; message: string };
      expect(error.__type).to.equal('NotImplemented');
      expect(error.message).to.match(/No plugin answers this call of the service sqs: load a plugin .* upstream/);
      const xml = await (await post({ ...formType, ...signedFor('ec2') }, 'Action=A')).text();
      expect(xml).to.match(/^<Response><Errors><Error><Code>NotImplemented<\/Code><Message>No plugin/);
    });

    it('what is no call of AWS to a clear 404', async () => {
      await start();
      const response = await fetch(`${started?.url}/tea`);
      expect(response.status).to.equal(404);
      expect(await response.json()).to.deep.include({ __type: 'NotFound' });
    });
  });

  it('refuses to start when two plugins claim one service', async () => {
    const plugins = [serving('tea', [{ signingName: 'ecs' }]), serving('coffee', [{ signingName: 'ecs' }])];
    const error = await rejectionOf(createGateway({ plugins }).start());
    expect(error.message).to.match(/plugins tea and coffee both claim the service ecs: load only one of them/);
  });

  it('refuses to start when two plugins claim one operation', async () => {
    const claims = [{ signingName: 'ec2', actions: ['A', 'B'] }];
    const plugins = [serving('tea', claims), serving('coffee', [{ signingName: 'ec2', actions: ['B'] }])];
    const error = await rejectionOf(createGateway({ plugins }).start());
    expect(error.message).to.match(/both claim operations of the service ec2/);
  });

  it('lets services that share a signing name live in two plugins by their targets', async () => {
    await start(
      serving('tables', [{ signingName: 'dynamodb', targetPrefix: 'DynamoDB_20120810' }]),
      serving('streams', [{ signingName: 'dynamodb', targetPrefix: 'DynamoDBStreams_20120810' }]),
    );
    const headers = { ...signedFor('dynamodb'), 'x-amz-target': 'DynamoDBStreams_20120810.ListStreams' };
    expect(await (await post(headers)).text()).to.equal('streams:');
  });

  it('answers 503 before it is started and after it is stopped, and its health all the time', async () => {
    const gateway = createGateway({ plugins: [] });
    const server = createServer(gateway.handler).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const statuses = async () => [(await fetch(url)).status, (await fetch(`${url}/_localstack/health`)).status];
    expect(await statuses()).to.deep.equal([503, 200]);
    await gateway.start();
    expect(await statuses()).to.deep.equal([404, 200]);
    await gateway.stop();
    expect(await statuses()).to.deep.equal([503, 200]);
    server.closeAllConnections();
    server.close();
  });

  it('tells health, info and plugins as LocalStack does', async () => {
    const hostConfig = { version: '4.2', edition: 'tea' };
    started = await startGateway({ plugins: [serving('ecs', [{ signingName: 'ecs' }])], hostConfig });
    const get = async (name: string) => (await fetch(`${started?.url}/_localstack/${name}`)).json();
    const health = { services: { ecs: 'running' }, plugins: { ecs: 'running' }, edition: 'tea', version: '4.2' };
    expect(await get('health')).to.deep.equal(health);
    expect(await get('info')).to.deep.include({ version: '4.2', edition: 'tea' });
    expect(await get('plugins')).to.deep.equal([{ name: 'ecs', version: '1', services: ['ecs'], status: 'running' }]);
    expect((await fetch(`${started.url}/_localstack/tea`)).status).to.equal(404);
    expect((await fetch(`${started.url}/_localstack/health`, { method: 'DELETE' })).status).to.equal(405);
  });
});
