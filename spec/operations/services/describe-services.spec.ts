import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { refusal } from '../../support/refusal.ts';
import { type ServiceClient, startServiceClient } from '../../support/service-client.ts';

const arnOf = (resource: string): string => `arn:aws:ecs:us-east-1:000000000000:${resource}`;

describe('DescribeServices', () => {
  let client: ServiceClient;

  beforeEach(async () => {
    client = await startServiceClient();
    await client.create({ tags: [{ key: 'team', value: 'a' }] });
  });

  afterEach(() => client.close());

  const describeServices = (services: string[], include?: 'TAGS'[]) =>
    client.ecs.send(new DescribeServicesCommand({ services, include }));

  it('refuses no services', async () => {
    expect(await refusal(describeServices([]))).to.equal('InvalidParameterException: Services cannot be empty.');
  });

  it('refuses more than ten services', async () => {
    expect(await refusal(describeServices(Array.from({ length: 11 }, (_, i) => `s${i}`)))).to.equal(
      'InvalidParameterException: DescribeServices takes at most 10 services, but was given 11.',
    );
  });

  it('does not know a cluster that never was', async () => {
    const command = new DescribeServicesCommand({ cluster: 'none', services: ['web'] });
    expect(await refusal(client.ecs.send(command))).to.equal('ClusterNotFoundException: Cluster not found.');
  });

  for (const name of ['web', arnOf('service/default/web'), arnOf('service/web')]) {
    it(`finds a service by ${name}`, async () => {
      const { services, failures } = await describeServices([name]);
      expect(services?.map(({ serviceArn }) => serviceArn)).to.deep.equal([arnOf('service/default/web')]);
      expect(failures).to.deep.equal([]);
    });
  }

  it('answers a service once that is named twice', async () => {
    expect((await describeServices(['web', arnOf('service/default/web')])).services).to.have.length(1);
  });

  it('names those that are not there as MISSING, by ARN', async () => {
    const { services, failures } = await describeServices(['api', arnOf('service/other/web'), 'web']);
    expect(services).to.have.length(1);
    expect(failures).to.deep.equal([
      { arn: arnOf('service/default/api'), reason: 'MISSING' },
      { arn: arnOf('service/other/web'), reason: 'MISSING' },
    ]);
  });

  it('shows tags only when asked for them', async () => {
    expect((await describeServices(['web'])).services?.[0]).not.to.have.property('tags');
    expect((await describeServices(['web'], ['TAGS'])).services?.[0]?.tags).to.deep.equal([
      { key: 'team', value: 'a' },
    ]);
  });

  it('still shows an INACTIVE service, with what it ran and without deployments', async () => {
    const record = client.store.services.get(arnOf('service/default/web'));
    if (!record) throw new Error('The service is gone.');
    client.store.services.put({ ...record, status: 'INACTIVE' });
    const service = await client.describe();
    expect(service).to.deep.include({
      status: 'INACTIVE',
      deployments: [],
      taskDefinition: arnOf('task-definition/web:1'),
    });
    expect(service).not.to.have.any.keys('currentServiceDeployment', 'currentServiceRevisions');
  });

  it('is the same after a restart', async () => {
    const before = await client.describe();
    for (const table of [client.store.services, client.store.serviceRevisions]) {
      const put = table.put.bind(table) as (record: unknown) => void;
      for (const record of table.values()) put(JSON.parse(JSON.stringify(record)));
    }
    expect(await client.describe()).to.deep.equal(before);
    expect((await client.update({ taskDefinition: 'web:1' })).deployments).to.have.length(1);
  });
});
