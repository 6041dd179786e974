import {
  ListServicesByNamespaceCommand,
  ListServicesCommand,
  type ListServicesCommandInput,
  paginateListServices,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { refusal } from '../../support/refusal.ts';
import { type ServiceClient, startServiceClient } from '../../support/service-client.ts';

const namesOf = (arns: string[] = []): string[] => arns.map((arn) => arn.split('/').at(-1) ?? '');

describe('ListServices', () => {
  let client: ServiceClient;

  before(async () => {
    client = await startServiceClient();
    await client.create({ serviceName: 'a', launchType: 'FARGATE' });
    await client.create({ serviceName: 'b', launchType: 'EC2' });
    await client.create({ serviceName: 'c', schedulingStrategy: 'DAEMON', desiredCount: undefined });
    await client.create({ serviceName: 'd', desiredCount: 0 });
    await client.remove('d');
    const { serviceArn = '' } = await client.create({ serviceName: 'gone', desiredCount: 0 });
    const record = client.store.services.get(serviceArn);
    if (record) client.store.services.put({ ...record, status: 'INACTIVE' });
  });

  after(() => client.close());

  const list = async (input: ListServicesCommandInput = {}): Promise<string[]> =>
    namesOf((await client.ecs.send(new ListServicesCommand(input))).serviceArns);

  it('does not know a cluster that never was', async () => {
    expect(await refusal(list({ cluster: 'none' }))).to.equal('ClusterNotFoundException: Cluster not found.');
  });

  it('refuses pages of more than 100', async () => {
    expect(await refusal(list({ maxResults: 101 }))).to.equal(
      'InvalidParameterException: maxResults must be between 1 and 100, but was 101.',
    );
  });

  const cases: readonly [string, ListServicesCommandInput, string[]][] = [
    ['all services that are not INACTIVE', {}, ['a', 'b', 'c', 'd']],
    ['those of a launch type', { launchType: 'FARGATE' }, ['a']],
    ['daemons', { schedulingStrategy: 'DAEMON' }, ['c']],
    ['replicas', { schedulingStrategy: 'REPLICA', launchType: 'EC2' }, ['b', 'd']],
    ['those of customers', { resourceManagementType: 'CUSTOMER' }, ['a', 'b', 'c', 'd']],
    ['those that ECS manages, which are none', { resourceManagementType: 'ECS' }, []],
  ];
  for (const [title, input, names] of cases) {
    it(`lists ${title}`, async () => {
      expect(await list(input)).to.deep.equal(names);
    });
  }

  it('pages, by ten unless asked otherwise', async () => {
    for (let i = 0; i < 8; i++) await client.create({ serviceName: `more-${i}` });
    const sizes = [];
    for await (const { serviceArns = [] } of paginateListServices({ client: client.ecs }, {})) {
      sizes.push(serviceArns.length);
    }
    expect(sizes).to.deep.equal([10, 2]);
    expect(await list({ maxResults: 100 })).to.have.length(12);
  });

  describe('ListServicesByNamespace', () => {
    const listBy = async (namespace: string): Promise<string[]> =>
      namesOf((await client.ecs.send(new ListServicesByNamespaceCommand({ namespace }))).serviceArns);

    it('lists the services of all clusters that are in the namespace', async () => {
      const serviceConnectConfiguration = { enabled: true, namespace: 'local' };
      await client.create({ serviceName: 'inside', serviceConnectConfiguration });
      await client.create({ serviceName: 'off', serviceConnectConfiguration: { enabled: false, namespace: 'local' } });
      expect(await listBy('local')).to.deep.equal(['inside']);
      expect(await listBy('other')).to.deep.equal([]);
    });

    it("takes the cluster's namespace for a service that names none", async () => {
      const cluster = client.store.clusters.get('arn:aws:ecs:us-east-1:000000000000:cluster/default');
      if (cluster) client.store.clusters.put({ ...cluster, serviceConnectDefaults: { namespace: 'shared' } });
      await client.create({ serviceName: 'by-default', serviceConnectConfiguration: { enabled: true } });
      expect(await listBy('shared')).to.deep.equal(['by-default']);
    });
  });
});
