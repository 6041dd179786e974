import {
  CreateClusterCommand,
  DeleteClusterCommand,
  ListTagsForResourceCommand,
  RegisterTaskDefinitionCommand,
  type Tag,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { type EmulatorClient, startEmulatorClient } from '../../support/emulator-client.ts';
import { refusal } from '../../support/refusal.ts';
import { putService } from '../../support/service-records.ts';
import { storedTask } from '../../support/stored-task.ts';

const arnOf = (resource: string): string => `arn:aws:ecs:us-east-1:000000000000:${resource}`;
const cluster = arnOf('cluster/web');
const taskSet = 'task-set/web/api/ecs-svc/0123456789012345678';
const many = (count: number): Tag[] => Array.from({ length: count }, (_, i) => ({ key: `k${i}`, value: 'v' }));

describe('tags', () => {
  let emulator: EmulatorClient;

  beforeEach(async () => {
    emulator = await startEmulatorClient();
    await emulator.ecs.send(new CreateClusterCommand({ clusterName: 'web' }));
    await emulator.ecs.send(
      new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions: [{ name: 'web', image: 'nginx' }] }),
    );
    emulator.store.tasks.put(storedTask('web', '1'));
    putService(emulator.store, 'api', {
      clusterName: 'web',
      taskSets: [
        {
          id: 'ecs-svc/0123456789012345678',
          arn: arnOf(taskSet),
          revisionArn: '',
          status: 'ACTIVE',
          scale: 0,
          tags: [],
          createdAt: 1,
          updatedAt: 1,
          inputDigest: '',
        },
      ],
    });
  });
  afterEach(() => emulator.close());

  const tag = async (resourceArn: string, tags: Tag[]) =>
    emulator.ecs.send(new TagResourceCommand({ resourceArn, tags }));
  const untag = async (resourceArn: string, tagKeys: string[]) =>
    emulator.ecs.send(new UntagResourceCommand({ resourceArn, tagKeys }));
  const tagsOf = async (resourceArn: string) =>
    (await emulator.ecs.send(new ListTagsForResourceCommand({ resourceArn }))).tags;

  describe('validation', () => {
    const refused: [what: string, tags: Tag[], message: RegExp][] = [
      ['an empty key', [{ key: '', value: 'v' }], /1 to 128 characters/],
      ['a key of 129 characters', [{ key: 'k'.repeat(129), value: 'v' }], /1 to 128 characters/],
      ['a value of 257 characters', [{ key: 'k', value: 'v'.repeat(257) }], /longer than 256 characters/],
      ['a key with a question mark', [{ key: 'k?', value: 'v' }], /invalid characters/],
      ['a key of AWS', [{ key: 'AWS:k', value: 'v' }], /aws: prefixed tag key names are not allowed/],
      ['one key twice', [...many(1), ...many(1)], /Duplicate tag keys/],
      ['51 tags', many(51), /at most 50 tags/],
    ];
    for (const [what, tags, message] of refused) {
      it(`refuses ${what}`, async () => {
        expect(await refusal(tag(cluster, tags)))
          .to.match(/^InvalidParameterException: /)
          .and.to.match(message);
      });
    }

    it('refuses the 51st tag of a resource', async () => {
      await tag(cluster, many(50));
      expect(await refusal(tag(cluster, [{ key: 'one more', value: 'v' }]))).to.match(/at most 50 tags/);
    });

    it('is that of RegisterTaskDefinition and CreateCluster, too', async () => {
      const create = new CreateClusterCommand({ clusterName: 'other', tags: many(51) });
      expect(await refusal(emulator.ecs.send(create))).to.match(/at most 50 tags/);
      const register = new RegisterTaskDefinitionCommand({
        family: 'web',
        containerDefinitions: [{ name: 'web', image: 'nginx' }],
        tags: many(51),
      });
      expect(await refusal(emulator.ecs.send(register))).to.match(/at most 50 tags/);
    });

    it('refuses what is no ARN of the caller', async () => {
      for (const arn of ['web', cluster.replace('us-east-1', 'eu-west-1')]) {
        expect(await refusal(tagsOf(arn))).to.match(/^InvalidParameterException: Invalid identifier/);
      }
    });

    it('refuses an ARN of a task in the old format', async () => {
      expect(await refusal(tagsOf(arnOf('task/1')))).to.equal(
        'InvalidParameterException: Long arn format must be used for tagging operations',
      );
    });
  });

  for (const resource of ['cluster/web', 'task-definition/web:1', 'task/web/1', 'service/web/api', taskSet]) {
    it(`are put on ${resource}, replaced by key and taken off`, async () => {
      const arn = arnOf(resource);
      await tag(arn, [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ]);
      await tag(arn, [{ key: 'a', value: '3' }]);
      expect(await tagsOf(arn)).to.have.deep.members([
        { key: 'a', value: '3' },
        { key: 'b', value: '2' },
      ]);
      await untag(arn, ['a', 'never there']);
      expect(await tagsOf(arn)).to.deep.equal([{ key: 'b', value: '2' }]);
    });
  }

  const missing: [resource: string, error: RegExp][] = [
    ['cluster/other', /^ClusterNotFoundException: Cluster not found\.$/],
    ['task-definition/web:2', /^InvalidParameterException: The specified task definition does not exist/],
    ['task/web/2', /^InvalidParameterException: The referenced task was not found\.$/],
    ['service/web/other', /^ResourceNotFoundException: There is no service arn:/],
    ['task-set/web/api/ecs-svc/1', /^ResourceNotFoundException: There is no task set arn:/],
    ['daemon/web/api', /^UnsupportedFeatureException: KECS does not keep tags of daemon resources yet/],
  ];
  for (const [resource, error] of missing) {
    it(`are refused for ${resource}, which does not exist`, async () => {
      expect(await refusal(tag(arnOf(resource), many(1)))).to.match(error);
    });
  }

  it('are refused for an INACTIVE service', async () => {
    putService(emulator.store, 'api', { clusterName: 'web', status: 'INACTIVE' });
    expect(await refusal(tag(arnOf('service/web/api'), many(1)))).to.equal(
      'InvalidParameterException: The specified service is inactive. Specify an active service and try again.',
    );
  });

  it('are refused for an INACTIVE cluster', async () => {
    emulator.store.tasks.delete(arnOf('task/web/1'));
    putService(emulator.store, 'api', { clusterName: 'web', status: 'INACTIVE' });
    await emulator.ecs.send(new DeleteClusterCommand({ cluster: 'web' }));
    expect(await refusal(tag(cluster, many(1)))).to.equal(
      'InvalidParameterException: The specified cluster is inactive. Specify an active cluster and try again.',
    );
  });
});
