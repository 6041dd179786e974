import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateClusterCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { startHost } from '../../examples/in-a-host/host.ts';

describe('two plugins in a host', () => {
  let host: Awaited<ReturnType<typeof startHost>>;
  let endpoint: string;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

  before(async () => {
    host = await startHost(0);
    endpoint = `http://127.0.0.1:${(host.server.address() as AddressInfo).port}`;
  });

  after(async () => {
    host.server.closeAllConnections();
    host.server.close();
    await host.gateway.stop();
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

  it('leave the rest of EC2 to the upstream', async () => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=DescribeVpcs&Version=2016-11-15',
    });
    expect(response.status).to.equal(501);
    expect(await response.text()).to.match(/No plugin answers this call of the service ec2/);
  });
});
