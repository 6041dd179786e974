import {
  type AutoScalingGroupProvider,
  CreateCapacityProviderCommand,
  type CreateCapacityProviderCommandInput,
  CreateClusterCommand,
  DeleteCapacityProviderCommand,
  DescribeCapacityProvidersCommand,
  type DescribeCapacityProvidersCommandInput,
  ListTagsForResourceCommand,
  PutClusterCapacityProvidersCommand,
  TagResourceCommand,
  UpdateCapacityProviderCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { type EmulatorClient, startEmulatorClient } from '../../support/emulator-client.ts';
import { refusal } from '../../support/refusal.ts';
import { storedTask } from '../../support/stored-task.ts';

const group = 'arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/web';
const arnOf = (name: string): string => `arn:aws:ecs:us-east-1:000000000000:capacity-provider/${name}`;

describe('capacity providers', () => {
  let emulator: EmulatorClient;

  beforeEach(async () => {
    emulator = await startEmulatorClient();
  });
  afterEach(() => emulator.close());

  const create = (name: string, provider: Partial<AutoScalingGroupProvider> = {}, more: object = {}) => {
    const autoScalingGroupProvider = { autoScalingGroupArn: `${group}-${name}`, ...provider };
    return emulator.ecs.send(new CreateCapacityProviderCommand({ name, autoScalingGroupProvider, ...more }));
  };
  const describeThem = (input: DescribeCapacityProvidersCommandInput = {}) =>
    emulator.ecs.send(new DescribeCapacityProvidersCommand(input));
  const remove = (capacityProvider: string) =>
    emulator.ecs.send(new DeleteCapacityProviderCommand({ capacityProvider }));
  const putOn = (cluster: string, ...capacityProviders: string[]) =>
    emulator.ecs.send(
      new PutClusterCapacityProvidersCommand({ cluster, capacityProviders, defaultCapacityProviderStrategy: [] }),
    );

  describe('serialization', () => {
    it('answers the provider with what AWS adds', async () => {
      const { capacityProvider } = await create('mine', { managedScaling: { targetCapacity: 80 } });
      expect(capacityProvider).to.deep.equal({
        capacityProviderArn: arnOf('mine'),
        name: 'mine',
        status: 'ACTIVE',
        type: 'EC2_AUTOSCALING',
        updateStatus: 'CREATE_COMPLETE',
        tags: [],
        autoScalingGroupProvider: {
          autoScalingGroupArn: `${group}-mine`,
          managedScaling: {
            status: 'ENABLED',
            targetCapacity: 80,
            minimumScalingStepSize: 1,
            maximumScalingStepSize: 10_000,
            instanceWarmupPeriod: 300,
          },
          managedTerminationProtection: 'DISABLED',
          managedDraining: 'ENABLED',
        },
      });
    });

    it('describes those of AWS and those that were made, in pages of ten at most', async () => {
      for (let i = 0; i < 10; i++) await create(`mine-${i}`);
      const first = await describeThem();
      expect(first.capacityProviders).to.have.lengthOf(10);
      const { capacityProviders, nextToken } = await describeThem({ nextToken: first.nextToken });
      expect(capacityProviders?.map(({ name }) => name)).to.deep.equal(['mine-8', 'mine-9']);
      expect(nextToken).to.equal(undefined);
      expect(first.capacityProviders?.slice(0, 2)).to.deep.equal([
        { capacityProviderArn: arnOf('FARGATE'), name: 'FARGATE', status: 'ACTIVE', type: 'FARGATE', tags: [] },
        {
          capacityProviderArn: arnOf('FARGATE_SPOT'),
          name: 'FARGATE_SPOT',
          status: 'ACTIVE',
          type: 'FARGATE_SPOT',
          tags: [],
        },
      ]);
    });
  });

  describe('validation', () => {
    for (const name of ['aws-mine', 'ECSmine', 'fargate2', 'a b', 'x'.repeat(256)]) {
      it(`refuses the name ${name.slice(0, 12)}`, async () => {
        expect(await refusal(create(name))).to.match(/^ClientException: A capacity provider's name .* but was '/);
      });
    }

    it('refuses a provider of nothing, and one of Managed Instances', async () => {
      const send = (more: Partial<CreateCapacityProviderCommandInput>) =>
        refusal(emulator.ecs.send(new CreateCapacityProviderCommand({ name: 'mine', ...more })));
      expect(await send({})).to.match(/^InvalidParameterException: A capacity provider needs/);
      const managedInstancesProvider = {
        infrastructureRoleArn: 'arn:aws:iam::000000000000:role/infra',
        instanceLaunchTemplate: {
          ec2InstanceProfileArn: 'arn:aws:iam::000000000000:instance-profile/ecs',
          networkConfiguration: { subnets: ['subnet-1'] },
        },
      };
      expect(await send({ managedInstancesProvider })).to.match(
        /^UnsupportedFeatureException: .* no Managed Instances/,
      );
    });

    it('refuses numbers of managed scaling that are out of range', async () => {
      expect(await refusal(create('mine', { managedScaling: { targetCapacity: 101 } }))).to.equal(
        'InvalidParameterException: targetCapacity must be between 1 and 100, but was 101.',
      );
    });

    it('refuses termination protection without managed scaling', async () => {
      expect(await refusal(create('mine', { managedTerminationProtection: 'ENABLED' }))).to.match(
        /managed termination protection setting for the capacity provider is invalid/,
      );
    });

    it('refuses a name or an Auto Scaling group that another provider has', async () => {
      await create('mine');
      expect(await refusal(create('mine'))).to.match(/^ClientException: .*name already exists/);
      expect(await refusal(create('other', { autoScalingGroupArn: `${group}-mine` }))).to.match(
        /^ClientException: .*already being used by another capacity provider/,
      );
    });

    it('refuses to update or delete what is not there or belongs to AWS', async () => {
      expect(await refusal(remove('mine'))).to.match(/^ClientException: .*does not exist/);
      expect(await refusal(remove(arnOf('FARGATE')))).to.match(/^ClientException: .*belongs to AWS/);
      const update = new UpdateCapacityProviderCommand({ name: 'mine', autoScalingGroupProvider: {} });
      expect(await refusal(emulator.ecs.send(update))).to.match(/^ClientException: .*does not exist/);
    });
  });

  describe('behaviour', () => {
    it('reports a provider that is not there as MISSING', async () => {
      const { capacityProviders, failures } = await describeThem({ capacityProviders: ['FARGATE', 'mine'] });
      expect(capacityProviders).to.have.lengthOf(1);
      expect(failures).to.deep.equal([{ arn: arnOf('mine'), reason: 'MISSING' }]);
    });

    it('updates what is given and leaves the rest', async () => {
      await create('mine', { managedScaling: { targetCapacity: 80, instanceWarmupPeriod: 60 } });
      const { capacityProvider } = await emulator.ecs.send(
        new UpdateCapacityProviderCommand({
          name: 'mine',
          autoScalingGroupProvider: { managedScaling: { targetCapacity: 90 }, managedDraining: 'DISABLED' },
        }),
      );
      expect(capacityProvider).to.include({ updateStatus: 'UPDATE_COMPLETE' });
      const { managedScaling, managedDraining, autoScalingGroupArn } = capacityProvider?.autoScalingGroupProvider ?? {};
      expect(managedScaling).to.include({ targetCapacity: 90, instanceWarmupPeriod: 60 });
      expect([managedDraining, autoScalingGroupArn]).to.deep.equal(['DISABLED', `${group}-mine`]);
    });

    it('serves clusters, whose providers can be asked for', async () => {
      await create('mine');
      const command = new CreateClusterCommand({ clusterName: 'web', capacityProviders: ['FARGATE', 'mine'] });
      expect((await emulator.ecs.send(command)).cluster?.capacityProviders).to.deep.equal(['FARGATE', 'mine']);
      const { capacityProviders } = await describeThem({ cluster: 'web' });
      expect(capacityProviders?.map(({ name }) => name)).to.deep.equal(['FARGATE', 'mine']);
    });

    it('stays ACTIVE and says why when it is deleted although a cluster uses it', async () => {
      await create('mine');
      await emulator.ecs.send(new CreateClusterCommand({ clusterName: 'web', capacityProviders: ['mine'] }));
      const { capacityProvider } = await remove('mine');
      expect(capacityProvider).to.include({ status: 'ACTIVE', updateStatus: 'DELETE_FAILED' });
      expect(capacityProvider?.updateStatusReason).to.match(/associated with cluster: web\./);
    });

    it('is INACTIVE once deleted, and its name and group are free again', async () => {
      await create('mine');
      await remove('mine');
      const { capacityProviders } = await describeThem({ capacityProviders: ['mine'] });
      expect(capacityProviders?.[0]).to.include({ status: 'INACTIVE', updateStatus: 'DELETE_COMPLETE' });
      expect((await create('mine')).capacityProvider?.status).to.equal('ACTIVE');
    });

    it('cannot be taken from a cluster while a task is on it', async () => {
      await create('mine');
      await emulator.ecs.send(new CreateClusterCommand({ clusterName: 'web', capacityProviders: ['mine'] }));
      emulator.store.tasks.put(storedTask('web', 'a1', { capacityProviderName: 'mine' }));
      expect(await refusal(putOn('web', 'FARGATE'))).to.equal(
        'ResourceInUseException: The specified capacity provider is in use and cannot be removed.',
      );
      expect((await putOn('web', 'mine', 'FARGATE')).cluster?.capacityProviders).to.deep.equal(['mine', 'FARGATE']);
    });

    it('has tags, which are shown when asked for', async () => {
      await create('mine', {}, { tags: [{ key: 'team', value: 'a' }] });
      await emulator.ecs.send(
        new TagResourceCommand({ resourceArn: arnOf('mine'), tags: [{ key: 'stage', value: 'dev' }] }),
      );
      const tags = [
        { key: 'team', value: 'a' },
        { key: 'stage', value: 'dev' },
      ];
      const listed = await emulator.ecs.send(new ListTagsForResourceCommand({ resourceArn: arnOf('mine') }));
      expect(listed.tags).to.deep.equal(tags);
      const named = { capacityProviders: ['mine'] };
      expect((await describeThem(named)).capacityProviders?.[0]?.tags).to.deep.equal([]);
      expect((await describeThem({ ...named, include: ['TAGS'] })).capacityProviders?.[0]?.tags).to.deep.equal(tags);
    });
  });
});
