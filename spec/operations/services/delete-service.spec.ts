import { expect } from 'chai';
import { refusal } from '../../support/refusal.ts';
import { type ServiceClient, startServiceClient } from '../../support/service-client.ts';

describe('DeleteService', () => {
  let client: ServiceClient;

  beforeEach(async () => {
    client = await startServiceClient();
  });

  afterEach(() => client.close());

  it('does not know a service that never was', async () => {
    expect(await refusal(client.remove())).to.equal('ServiceNotFoundException: Service not found.');
  });

  it('refuses a service that still wants tasks', async () => {
    await client.create({ desiredCount: 2 });
    expect(await refusal(client.remove())).to.equal(
      'InvalidParameterException: The service cannot be stopped while it is scaled above 0.',
    );
    expect((await client.describe()).status).to.equal('ACTIVE');
  });

  it('leaves a service that is scaled down DRAINING, and tells the scheduler', async () => {
    const { serviceArn } = await client.create({ desiredCount: 0 });
    const service = await client.remove();
    expect(service).to.include({ status: 'DRAINING', desiredCount: 0 });
    expect(client.woken).to.deep.equal([serviceArn, serviceArn]);
  });

  it('deletes a service with tasks by force, which wants none from then on', async () => {
    await client.create({ desiredCount: 2 });
    const service = await client.remove('arn:aws:ecs:us-east-1:000000000000:service/default/web', true);
    expect(service).to.include({ status: 'DRAINING', desiredCount: 0 });
    expect(service.deployments?.map(({ desiredCount }) => desiredCount)).to.deep.equal([0]);
  });

  it('needs no force for a daemon', async () => {
    const { serviceArn = '' } = await client.create({ schedulingStrategy: 'DAEMON', desiredCount: undefined });
    const record = client.store.services.get(serviceArn);
    if (!record) throw new Error('The service is gone.');
    client.store.services.put({ ...record, settings: { ...record.settings, desiredCount: 3 } });
    expect((await client.remove()).status).to.equal('DRAINING');
  });

  it('answers a service that is being deleted or was, unchanged', async () => {
    const { serviceArn = '' } = await client.create({ desiredCount: 0 });
    await client.remove();
    expect((await client.remove()).status).to.equal('DRAINING');
    const record = client.store.services.get(serviceArn);
    if (!record) throw new Error('The service is gone.');
    client.store.services.put({ ...record, status: 'INACTIVE' });
    expect((await client.remove()).status).to.equal('INACTIVE');
    expect(client.woken).to.have.length(2);
  });
});
