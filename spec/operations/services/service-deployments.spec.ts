import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  ListServiceDeploymentsCommand,
  type ListServiceDeploymentsCommandInput,
  type ServiceDeployment,
  StopServiceDeploymentCommand,
  type StopServiceDeploymentStopType,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { refusal } from '../../support/refusal.ts';
import { type ServiceClient, startServiceClient } from '../../support/service-client.ts';
import { acceptedTask } from '../../support/task-records.ts';

describe('service deployments', () => {
  let client: ServiceClient;

  beforeEach(async () => {
    client = await startServiceClient();
  });

  afterEach(() => client.close());

  const describeDeployments = async (...arns: string[]) =>
    client.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: arns }));
  const describeOne = async (arn = ''): Promise<ServiceDeployment> =>
    (await describeDeployments(arn)).serviceDeployments?.[0] ?? {};
  const list = async (input: Partial<ListServiceDeploymentsCommandInput> = {}) =>
    client.ecs.send(new ListServiceDeploymentsCommand({ service: 'web', ...input }));
  const stop = async (serviceDeploymentArn = '', stopType?: StopServiceDeploymentStopType) =>
    client.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType }));
  const finish = (arn = '', status: ServiceDeployment['status'] = 'SUCCESSFUL'): void => {
    const record = client.store.serviceDeployments.get(arn);
    if (!record) throw new Error(`There is no ${arn}.`);
    client.store.serviceDeployments.put({
      ...record,
      serviceDeployment: { ...record.serviceDeployment, ...(status && { status }) },
    });
  };

  describe('DescribeServiceDeployments', () => {
    it('refuses no ARNs, and more than twenty', async () => {
      expect(await refusal(describeDeployments())).to.equal(
        'InvalidParameterException: serviceDeploymentArns must have 1 to 20 ARNs, but has 0.',
      );
      expect(await refusal(describeDeployments(...Array.from({ length: 21 }, (_, i) => `a${i}`)))).to.match(/has 21/);
    });

    it('names those that are not there as MISSING', async () => {
      expect((await describeDeployments('arn:aws:ecs:none')).failures).to.deep.equal([
        { arn: 'arn:aws:ecs:none', reason: 'MISSING' },
      ]);
    });

    it('answers the first deployment of a service, which begins as PENDING and has no source', async () => {
      const service = await client.create({
        desiredCount: 2,
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      });
      const deployment = await describeOne(service.currentServiceDeployment);
      expect(deployment).to.deep.equal({
        serviceDeploymentArn: service.currentServiceDeployment,
        serviceArn: service.serviceArn,
        clusterArn: service.clusterArn,
        createdAt: service.createdAt,
        updatedAt: service.createdAt,
        sourceServiceRevisions: [],
        targetServiceRevision: {
          arn: service.currentServiceRevisions?.[0]?.arn,
          requestedTaskCount: 2,
          runningTaskCount: 0,
          pendingTaskCount: 0,
        },
        status: 'PENDING',
        deploymentConfiguration: service.deploymentConfiguration,
        deploymentCircuitBreaker: { status: 'MONITORING', failureCount: 0 },
        alarms: { status: 'DISABLED' },
      });
    });

    it('counts the tasks of source and target while the deployment is under way', async () => {
      const created = await client.create({ desiredCount: 1 });
      const record = acceptedTask({ group: 'service:web', startedBy: created.deployments?.[0]?.id });
      client.store.tasks.put({ ...record, task: { ...record.task, lastStatus: 'RUNNING' } });
      const updated = await client.update({ forceNewDeployment: true });
      const deployment = await describeOne(updated.currentServiceDeployment);
      expect(deployment.sourceServiceRevisions).to.deep.equal([
        {
          arn: created.currentServiceRevisions?.[0]?.arn,
          requestedTaskCount: 1,
          runningTaskCount: 1,
          pendingTaskCount: 0,
        },
      ]);
      expect(deployment.targetServiceRevision?.runningTaskCount).to.equal(0);
      finish(updated.currentServiceDeployment);
      client.store.tasks.delete(record.arn);
      const over = await describeOne(updated.currentServiceDeployment);
      expect(over.sourceServiceRevisions?.[0]?.runningTaskCount).to.equal(1);
    });

    it('ends a deployment that a newer one takes the place of', async () => {
      const created = await client.create();
      const updated = await client.update({ forceNewDeployment: true });
      const first = await describeOne(created.currentServiceDeployment);
      expect(first).to.include({ status: 'STOPPED' });
      expect(first.finishedAt).to.be.an.instanceOf(Date);
      finish(updated.currentServiceDeployment);
      await client.update({ forceNewDeployment: true });
      expect((await describeOne(updated.currentServiceDeployment)).status).to.equal('SUCCESSFUL');
    });
  });

  describe('ListServiceDeployments', () => {
    it('does not know a service that never was', async () => {
      expect(await refusal(list())).to.equal('ServiceNotFoundException: Service not found.');
    });

    it('lists the newest first, in brief, by the name or the ARN of the service', async () => {
      const created = await client.create();
      const updated = await client.update({ forceNewDeployment: true });
      const { serviceDeployments = [] } = await list();
      expect(serviceDeployments.map(({ serviceDeploymentArn }) => serviceDeploymentArn)).to.deep.equal([
        updated.currentServiceDeployment,
        created.currentServiceDeployment,
      ]);
      expect(serviceDeployments[0]).to.have.all.keys(
        'serviceDeploymentArn',
        'serviceArn',
        'clusterArn',
        'createdAt',
        'targetServiceRevisionArn',
        'status',
      );
      expect((await list({ service: created.serviceArn })).serviceDeployments).to.deep.equal(serviceDeployments);
    });

    it('filters by status and by the time of creation', async () => {
      await client.create();
      const { currentServiceDeployment: arn } = await client.update({ forceNewDeployment: true });
      const arnsOf = async (input: Partial<ListServiceDeploymentsCommandInput>) =>
        (await list(input)).serviceDeployments?.map(({ serviceDeploymentArn }) => serviceDeploymentArn);
      expect(await arnsOf({ status: ['PENDING'] })).to.deep.equal([arn]);
      expect(await arnsOf({ status: ['SUCCESSFUL'] })).to.deep.equal([]);
      expect(await arnsOf({ createdAt: { before: new Date(1000) } })).to.deep.equal([]);
      expect(await arnsOf({ createdAt: { after: new Date(1000) } })).to.have.length(2);
    });

    it('pages, by twenty unless asked otherwise', async () => {
      await client.create();
      for (let i = 0; i < 21; i++) await client.update({ forceNewDeployment: true });
      const first = await list();
      expect(first.serviceDeployments).to.have.length(20);
      expect((await list({ nextToken: first.nextToken })).serviceDeployments).to.have.length(2);
    });
  });

  describe('DescribeServiceRevisions', () => {
    const describeRevisions = async (...arns: string[]) =>
      client.ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: arns }));

    it('refuses no ARNs', async () => {
      expect(await refusal(describeRevisions())).to.equal(
        'InvalidParameterException: serviceRevisionArns must have 1 to 20 ARNs, but has 0.',
      );
    });

    it('answers what was rolled out, also when it has been replaced, and names what is not there', async () => {
      const created = await client.create({ launchType: 'FARGATE' });
      await client.update({ forceNewDeployment: true });
      const arn = created.currentServiceRevisions?.[0]?.arn ?? '';
      const { serviceRevisions, failures } = await describeRevisions(arn, 'arn:aws:ecs:none');
      expect(serviceRevisions).to.deep.equal([
        {
          serviceRevisionArn: arn,
          serviceArn: created.serviceArn,
          clusterArn: created.clusterArn,
          taskDefinition: created.taskDefinition,
          launchType: 'FARGATE',
          platformVersion: '1.4.0',
          platformFamily: 'Linux',
          loadBalancers: [],
          serviceRegistries: [],
          containerImages: [{ containerName: 'web', image: 'nginx:latest' }],
          guardDutyEnabled: false,
          createdAt: created.createdAt,
        },
      ]);
      expect(failures).to.deep.equal([{ arn: 'arn:aws:ecs:none', reason: 'MISSING' }]);
    });
  });

  describe('StopServiceDeployment', () => {
    it('does not know a deployment that never was', async () => {
      expect(await refusal(stop('arn:aws:ecs:none'))).to.equal(
        'ServiceDeploymentNotFoundException: Service deployment not found.',
      );
    });

    it('refuses to roll back to nothing', async () => {
      const { currentServiceDeployment: arn } = await client.create();
      expect(await refusal(stop(arn))).to.equal(
        `InvalidParameterException: There is no service revision before that of ${arn} to roll back to.`,
      );
    });

    it('refuses a deployment that is over', async () => {
      const { currentServiceDeployment: arn } = await client.create();
      finish(arn);
      expect(await refusal(stop(arn))).to.equal(
        `ConflictException: The service deployment ${arn} is SUCCESSFUL: it cannot be stopped any more.`,
      );
    });

    it('asks for a rollback unless told to abort, and tells the scheduler', async () => {
      await client.create();
      const { currentServiceDeployment: arn, serviceArn } = await client.update({ forceNewDeployment: true });
      expect((await stop(arn)).serviceDeploymentArn).to.equal(arn);
      expect(await describeOne(arn)).to.include({ status: 'ROLLBACK_REQUESTED' });
      expect(client.woken).to.deep.equal([serviceArn, serviceArn, serviceArn]);
    });

    it('asks for the stop of a deployment that is to be aborted', async () => {
      const { currentServiceDeployment: arn } = await client.create();
      await stop(arn, 'ABORT');
      expect(await describeOne(arn)).to.include({ status: 'STOP_REQUESTED' });
    });

    it('leaves a rollback under way as it is', async () => {
      await client.create();
      const { currentServiceDeployment: arn } = await client.update({ forceNewDeployment: true });
      finish(arn, 'ROLLBACK_IN_PROGRESS');
      await stop(arn);
      expect(await describeOne(arn)).to.include({ status: 'ROLLBACK_IN_PROGRESS' });
    });
  });
});
