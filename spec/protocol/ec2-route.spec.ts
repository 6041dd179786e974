import { createServer, request as httpRequest } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { DescribeNetworkInterfacesCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { expect } from 'chai';
import express from 'express';
import type { NetworkInterface } from '../../lib/ec2/network-interface.ts';
import { makeRouter } from './support/make-router.ts';
import { type RawAnswer, sendRaw } from './support/send-raw.ts';
import { serve } from './support/serve.ts';

const eni: NetworkInterface = {
  id: 'eni-0123456789abcdef0',
  account: '000000000000',
  region: 'us-east-1',
  description: 'arn:aws:ecs:us-east-1:000000000000:attachment/a1',
  subnetId: 'subnet-1',
  availabilityZone: 'us-east-1a',
  macAddress: '02:00:00:00:00:01',
  privateDnsName: 'ip-10-0-0-7.ec2.internal',
  privateIp: '10.0.0.7',
  publicIp: '127.0.0.1',
};
const form = 'Action=DescribeNetworkInterfaces&Version=2016-11-15&NetworkInterfaceId.1=';
const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };

describe('EC2 route', () => {
  const { router } = makeRouter({}, [eni, { ...eni, region: 'eu-central-1' }]);
  let close: (() => Promise<void>) | undefined;
  let url: string;
  let port: number;

  afterEach(async () => {
    await close?.();
    close = undefined;
  });

  /** The router in front of something that answers with what it can still read of the body. */
  async function serveBeforeReader(): Promise<void> {
    ({ url, port, close } = await serve((request, response) =>
      router(request, response, () => {
        void text(request).then((body) => response.writeHead(404).end(`passed on: ${body}`));
      }),
    ));
  }

  const client = (): EC2Client =>
    new EC2Client({
      endpoint: url,
      region: 'us-east-1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'x' },
    });

  it('answers the real client', async () => {
    await serveBeforeReader();
    const { NetworkInterfaces } = await client().send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni.id] }),
    );
    expect(NetworkInterfaces).to.have.length(1);
    expect(NetworkInterfaces?.[0]).to.deep.include({
      NetworkInterfaceId: eni.id,
      Status: 'in-use',
      InterfaceType: 'interface',
      RequesterManaged: true,
      PrivateIpAddress: '10.0.0.7',
      Description: eni.description,
      Association: { PublicIp: '127.0.0.1', PublicDnsName: 'localhost', IpOwnerId: 'amazon' },
      Groups: [],
    });
    expect(NetworkInterfaces?.[0]?.PrivateIpAddresses?.[0]).to.deep.include({ Primary: true });
  });

  it('answers a GET and an unsigned form, in the configured region', async () => {
    await serveBeforeReader();
    for (const request of [
      { method: 'GET', path: `/?${form}${eni.id}` },
      { body: `${form}${eni.id}`, headers },
      { body: ['Action=DescribeNetwork', 'Interfaces&NetworkInterfaceId.1=', eni.id], headers },
    ]) {
      const answer = await sendRaw(port, request);
      expect(answer).to.include({ status: 200 });
      expect(answer.headers['content-type']).to.equal('text/xml;charset=UTF-8');
      expect(answer.text).to.contain(`<networkInterfaceId>${eni.id}</networkInterfaceId>`);
    }
  });

  it('passes on what is signed for another service', async () => {
    await serveBeforeReader();
    const Authorization = 'AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/sns/aws4_request, Signature=x';
    const answer = await sendRaw(port, { body: `${form}${eni.id}`, headers: { ...headers, Authorization } });
    expect(answer).to.include({ status: 404 });
  });

  it('lets the real client see a typed error', async () => {
    await serveBeforeReader();
    const error = await client()
      .send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni.id], MaxResults: 1 }))
      .catch((caught: unknown) => caught);
    expect(error).to.include({ name: 'InvalidParameterValue' });
  });

  it('passes every other action on, with its body', async () => {
    await serveBeforeReader();
    const error = await client()
      .send(new DescribeVpcsCommand({}))
      .catch((caught: unknown) => caught);
    expect(error).to.have.nested.property('$metadata.httpStatusCode', 404);
    for (const body of ['Action=DescribeVpcs', `${form}eni-stranger`, 'a=b', '']) {
      expect(await sendRaw(port, { body, headers })).to.include({ status: 404, text: `passed on: ${body}` });
    }
    expect(await sendRaw(port, { body: ['Action=', 'DescribeVpcs'], headers })).to.include({
      text: 'passed on: Action=DescribeVpcs',
    });
    const large = `Action=DescribeNetworkInterfaces&a=${'x'.repeat(1024 * 1024)}`;
    expect((await sendRaw(port, { body: large, headers })).text).to.equal(`passed on: ${large}`);
  });

  it('leaves a form readable for who reads it later', async () => {
    ({ port, close } = await serve((request, response) =>
      router(request, response, () => {
        setImmediate(() => void text(request).then((body) => response.end(`later: ${body}`)));
      }),
    ));
    expect(await sendRaw(port, { body: 'a=b', headers })).to.include({ text: 'later: a=b' });
    expect(await sendRaw(port, { body: ['a=', 'b'], headers })).to.include({ text: 'later: a=b' });
  });

  it('leaves a form readable for express.urlencoded behind it', async () => {
    const app = express().use(router).use(express.urlencoded());
    app.use((request, response) => void response.json(request.body));
    ({ port, close } = await serve(app));
    const answers: RawAnswer[] = [
      await sendRaw(port, { body: 'colour=red', headers }),
      await sendRaw(port, { body: ['colour', '=red'], headers }),
    ];
    expect(answers.map((answer) => answer.json())).to.deep.equal([{ colour: 'red' }, { colour: 'red' }]);
  });

  it('leaves a form readable for a proxy behind it', async () => {
    const upstream = createServer((request, response) => {
      void text(request).then((body) => response.end(`upstream: ${body}`));
    });
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    const { port: upstreamPort } = upstream.address() as AddressInfo;
    ({ port, close } = await serve((request, response) =>
      router(request, response, () => {
        const onward = httpRequest({ host: '127.0.0.1', port: upstreamPort, method: 'POST', agent: false });
        onward.on('response', (answer) => answer.pipe(response));
        request.pipe(onward);
      }),
    ));
    expect(await sendRaw(port, { body: 'a=b', headers })).to.include({ text: 'upstream: a=b' });
    expect(await sendRaw(port, { body: ['a=', 'b'], headers })).to.include({ text: 'upstream: a=b' });
    await new Promise((resolve) => upstream.close(resolve));
  });

  for (const parser of [express.urlencoded(), express.text({ type: () => true }), express.raw({ type: () => true })]) {
    it('takes a form that a body parser has read already', async () => {
      ({ port, close } = await serve(express().use(parser).use(router)));
      expect(await sendRaw(port, { body: `${form}${eni.id}`, headers })).to.include({ status: 200 });
      expect(await sendRaw(port, { body: 'a=b', headers })).to.include({ status: 404 });
    });
  }

  it('refuses a page of another origin', async () => {
    await serveBeforeReader();
    const answer = await sendRaw(port, {
      body: `${form}${eni.id}`,
      headers: { ...headers, Origin: 'https://evil.example' },
    });
    expect(answer).to.include({ status: 403 });
    expect(answer.text).to.contain('<Code>AccessDeniedException</Code>');
  });
});
