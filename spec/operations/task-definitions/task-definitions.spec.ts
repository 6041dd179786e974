import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionFamiliesCommand,
  type ListTaskDefinitionFamiliesCommandInput,
  ListTaskDefinitionsCommand,
  type ListTaskDefinitionsCommandInput,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { type EmulatorClient, startEmulatorClient } from '../../support/emulator-client.ts';
import { refusal } from '../../support/refusal.ts';

const arnOf = (familyAndRevision: string): string =>
  `arn:aws:ecs:us-east-1:000000000000:task-definition/${familyAndRevision}`;

describe('task definitions', () => {
  let emulator: EmulatorClient;

  beforeEach(async () => {
    emulator = await startEmulatorClient();
  });
  afterEach(() => emulator.close());

  const register = async (family: string, more: Partial<RegisterTaskDefinitionCommandInput> = {}) =>
    emulator.ecs.send(
      new RegisterTaskDefinitionCommand({ family, containerDefinitions: [{ name: 'web', image: 'nginx' }], ...more }),
    );
  const deregister = async (taskDefinition: string) =>
    emulator.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  const describeOne = async (taskDefinition: string) =>
    emulator.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }));
  const list = async (input: ListTaskDefinitionsCommandInput = {}) => {
    const { taskDefinitionArns = [] } = await emulator.ecs.send(new ListTaskDefinitionsCommand(input));
    return taskDefinitionArns.map((arn) => arn.split('/').at(-1));
  };
  const listFamilies = async (input: ListTaskDefinitionFamiliesCommandInput = {}) =>
    (await emulator.ecs.send(new ListTaskDefinitionFamiliesCommand(input))).families;

  describe('RegisterTaskDefinition', () => {
    it('answers the definition with its defaults, who registered it and when', async () => {
      const before = Date.now();
      const { taskDefinition } = await register('web');
      expect(taskDefinition).to.deep.include({
        taskDefinitionArn: arnOf('web:1'),
        family: 'web',
        revision: 1,
        status: 'ACTIVE',
        volumes: [],
        compatibilities: ['EXTERNAL', 'EC2'],
        registeredBy: 'arn:aws:iam::000000000000:root',
      });
      expect(taskDefinition?.containerDefinitions?.[0]).to.deep.include({ essential: true, cpu: 0, environment: [] });
      expect(taskDefinition?.registeredAt?.getTime()).to.be.within(before - 1, Date.now());
    });

    it('refuses what the rules refuse', async () => {
      expect(await refusal(register('web', { containerDefinitions: [] }))).to.equal(
        'ClientException: Container list cannot be empty.',
      );
    });

    it('gives concurrent calls different revisions', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => register('web')));
      const revisions = answers.map(({ taskDefinition }) => taskDefinition?.revision);
      expect(new Set(revisions).size).to.equal(20);
      expect(Math.max(...revisions.map(Number))).to.equal(20);
    });

    it('never gives a revision twice, not even that of a deleted one', async () => {
      await register('web');
      await deregister('web:1');
      await emulator.ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: ['web:1'] }));
      expect((await register('web')).taskDefinition?.revision).to.equal(2);
    });

    it('counts the revisions of accounts and regions apart', async () => {
      await register('web');
      const command = new RegisterTaskDefinitionCommand({
        family: 'web',
        containerDefinitions: [{ name: 'web', image: 'nginx' }],
      });
      for (const client of [
        emulator.client('eu-west-1', '000000000000'),
        emulator.client('us-east-1', '111111111111'),
      ]) {
        expect((await client.send(command)).taskDefinition?.revision).to.equal(1);
      }
    });
  });

  describe('DescribeTaskDefinition', () => {
    it('finds the latest ACTIVE revision of a family', async () => {
      await register('web');
      await register('web');
      await register('web');
      await deregister('web:3');
      expect((await describeOne('web')).taskDefinition?.revision).to.equal(2);
    });

    it('finds a revision by family and number and by ARN, in whatever status', async () => {
      await register('web');
      await deregister('web:1');
      for (const reference of ['web:1', arnOf('web:1')]) {
        expect((await describeOne(reference)).taskDefinition?.status).to.equal('INACTIVE');
      }
    });

    it('tells tags only when they are asked for', async () => {
      await register('web', { tags: [{ key: 'a', value: '1' }] });
      expect((await describeOne('web')).tags).to.deep.equal([{ key: 'a', value: '1' }]);
      const { tags } = await emulator.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web' }));
      expect(tags).to.equal(undefined);
    });

    for (const reference of ['other', 'web:2', 'web:0', 'web:x', arnOf('web:1').replace('us-east-1', 'eu-west-1')]) {
      it(`does not find ${reference}`, async () => {
        await register('web');
        expect(await refusal(describeOne(reference))).to.equal('ClientException: Unable to describe task definition.');
      });
    }
  });

  describe('DeregisterTaskDefinition', () => {
    it('makes a revision INACTIVE and says when', async () => {
      await register('web');
      const { taskDefinition } = await deregister('web:1');
      expect(taskDefinition?.status).to.equal('INACTIVE');
      expect(taskDefinition?.deregisteredAt).to.be.instanceOf(Date);
    });

    it('asks for a revision', async () => {
      await register('web');
      expect(await refusal(deregister('web'))).to.match(/^ClientException: A revision must be specified/);
    });
  });

  describe('ListTaskDefinitions', () => {
    beforeEach(async () => {
      for (const family of ['web', 'api', 'web', 'web-2']) await register(family);
      for (let i = 0; i < 9; i++) await register('web');
    });

    it('sorts by family and then by number', async () => {
      const webs = Array.from({ length: 11 }, (_, i) => `web:${i + 1}`);
      expect(await list()).to.deep.equal(['api:1', ...webs, 'web-2:1']);
      expect(await list({ sort: 'DESC' })).to.deep.equal(['web-2:1', ...webs.reverse(), 'api:1']);
    });

    it('takes familyPrefix as the whole name of a family', async () => {
      expect(await list({ familyPrefix: 'web-2' })).to.deep.equal(['web-2:1']);
      expect(await list({ familyPrefix: 'we' })).to.deep.equal([]);
    });

    it('lists ACTIVE revisions unless another status is asked for', async () => {
      await deregister('api:1');
      expect(await list({ familyPrefix: 'api' })).to.deep.equal([]);
      expect(await list({ familyPrefix: 'api', status: 'INACTIVE' })).to.deep.equal(['api:1']);
    });

    it('comes in pages', async () => {
      const input = { familyPrefix: 'web', maxResults: 6 };
      const first = await emulator.ecs.send(new ListTaskDefinitionsCommand(input));
      const second = await emulator.ecs.send(new ListTaskDefinitionsCommand({ ...input, nextToken: first.nextToken }));
      expect(first.taskDefinitionArns?.at(-1)).to.equal(arnOf('web:6'));
      expect(second.taskDefinitionArns?.[0]).to.equal(arnOf('web:7'));
      expect(second.nextToken).to.equal(undefined);
    });
  });

  describe('ListTaskDefinitionFamilies', () => {
    beforeEach(async () => {
      for (const family of ['web', 'api', 'web-2']) await register(family);
      await deregister('api:1');
    });

    it('lists families with and without ACTIVE revisions', async () => {
      expect(await listFamilies()).to.deep.equal(['api', 'web', 'web-2']);
      expect(await listFamilies({ status: 'ACTIVE' })).to.deep.equal(['web', 'web-2']);
      expect(await listFamilies({ status: 'INACTIVE' })).to.deep.equal(['api']);
    });

    it('takes familyPrefix as the beginning of a name', async () => {
      expect(await listFamilies({ familyPrefix: 'web' })).to.deep.equal(['web', 'web-2']);
    });
  });

  describe('DeleteTaskDefinitions', () => {
    it('deletes INACTIVE revisions and says why it does not delete others', async () => {
      await register('web');
      await register('web');
      await deregister('web:1');
      const references = ['web:1', arnOf('web:2'), 'web:3', 'web'];
      const { taskDefinitions, failures } = await emulator.ecs.send(
        new DeleteTaskDefinitionsCommand({ taskDefinitions: references }),
      );
      expect(taskDefinitions?.map(({ status, revision }) => [status, revision])).to.deep.equal([
        ['DELETE_IN_PROGRESS', 1],
      ]);
      expect(taskDefinitions?.[0]?.deleteRequestedAt).to.be.instanceOf(Date);
      expect(failures).to.deep.equal([
        {
          arn: arnOf('web:2'),
          reason:
            'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
        },
        {
          arn: 'web:3',
          reason:
            'The specified task definition does not exist. Specify a valid account, family, revision and try again.',
        },
        {
          arn: 'web',
          reason: 'The specified task definition identifier is invalid. Specify a valid name or ARN and try again.',
        },
      ]);
    });

    it('takes ten at most', async () => {
      const taskDefinitions = Array.from({ length: 11 }, (_, i) => `web:${i + 1}`);
      expect(await refusal(emulator.ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions })))).to.match(
        /^InvalidParameterException: .*11 were given/,
      );
    });
  });
});
