import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateClusterCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { startHost } from '../../examples/in-a-host/host.ts';

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

describe('two plugins in a host', () => {
  let host: Awaited<ReturnType<typeof startHost>>;
  let upstream: Server;
  let endpoint: string;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

  before(async () => {
    upstream = createServer((request, response) => void request.pipe(response)).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    host = await startHost(0, {}, urlOf(upstream));
    endpoint = urlOf(host.server);
  });

  after(async () => {
    host.server.closeAllConnections();
    host.server.close();
    await host.gateway.stop();
    upstream.close();
  });

  it('both run', async () => {
    const health = (await (await fetch(`${endpoint}/_localstack/health`)).json()) as { plugins: object };
    expect(health.plugins).to.deep.equal({ kecs: 'running', dynamodb: 'running' });
  });

  it('answer DynamoDB and ECS on one port, each to its SDK client', async () => {
    const dynamodb = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
    const ecs = new ECSClient({ endpoint, region: 'us-east-1', credentials });
    const id = { S: 'earl grey' };
    await dynamodb.send(
      new CreateTableCommand({
        TableName: 'teas',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    await ecs.send(new CreateClusterCommand({ clusterName: 'kitchen' }));
    await dynamodb.send(new PutItemCommand({ TableName: 'teas', Item: { id } }));
    expect((await dynamodb.send(new GetItemCommand({ TableName: 'teas', Key: { id } }))).Item).to.deep.equal({ id });
    expect((await ecs.send(new ListClustersCommand({}))).clusterArns).to.deep.equal([
      'arn:aws:ecs:us-east-1:000000000000:cluster/kitchen',
    ]);
    dynamodb.destroy();
    ecs.destroy();
  });

  for (const query of [
    'Action=DescribeVpcs',
    'Action=DescribeNetworkInterfaces&NetworkInterfaceId.1=eni-0123456789abcdef0',
  ])
    it(`leave ${query} of EC2 to the upstream, body and all`, async () => {
      const body = `${query}&Version=2016-11-15`;
      const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
      const response = await fetch(endpoint, { method: 'POST', headers, body });
      expect(await response.text()).to.equal(body);
    });
});
