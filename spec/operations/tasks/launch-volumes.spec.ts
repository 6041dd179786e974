import {
  type RunTaskCommandInput,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { refusal } from '../../support/refusal.ts';
import { type TaskEmulator, startTaskEmulator } from '../../support/task-emulator.ts';

describe('a volume that is configured at launch', () => {
  let emulator: TaskEmulator;

  before(async () => {
    emulator = await startTaskEmulator();
    await emulator.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'disk',
        containerDefinitions: [
          { name: 'app', image: 'app', mountPoints: [{ sourceVolume: 'data', containerPath: '/d' }] },
        ],
        volumes: [{ name: 'data', configuredAtLaunch: true }],
      }),
    );
  });

  after(() => emulator.close());

  const run = (volumeConfigurations?: RunTaskCommandInput['volumeConfigurations']) =>
    emulator.ecs.send(new RunTaskCommand({ taskDefinition: 'disk', volumeConfigurations }));
  const disk = (managedEBSVolume: object, name = 'data') => [
    { name, managedEBSVolume: { roleArn: 'arn:aws:iam::000000000000:role/ebs', ...managedEBSVolume } },
  ];

  const refused: [what: string, given: RunTaskCommandInput['volumeConfigurations'], message: RegExp][] = [
    ['nothing was said of it', undefined, /^InvalidParameterException: .*'data' .*name it in volumeConfigurations/],
    ['another volume is named', disk({ sizeInGiB: 1 }, 'x'), /'x' in your request does not have a matching volume/],
    ['it has no size', disk({}), /needs a sizeInGiB/],
    ['a snapshot is named', disk({ snapshotId: 'snap-1' }), /^UnsupportedFeatureException: .*snap-1/],
  ];
  for (const [what, given, message] of refused) {
    it(`is refused where ${what}`, async () => expect(await refusal(run(given))).to.match(message));
  }

  it('is an attachment of its task, and reaches the runtime with its size', async () => {
    const { tasks = [] } = await run(disk({ sizeInGiB: 10, volumeType: 'gp3' }));
    const [attachment] = tasks[0]?.attachments ?? [];
    expect(attachment).to.include({ type: 'AmazonElasticBlockStorage', status: 'CREATED' });
    const details = Object.fromEntries(attachment?.details?.map(({ name, value }) => [name, value]) ?? []) as object;
    expect(details).to.include({ volumeName: 'data', sizeInGiB: '10', volumeType: 'gp3', deleteOnTermination: 'true' });
    expect(details)
      .to.have.property('volumeId')
      .that.matches(/^vol-[0-9a-f]{17}$/);
    const arn = tasks[0]?.taskArn ?? '';
    const described = await emulator.ecs.send(new DescribeTasksCommand({ tasks: [arn] }));
    expect(described.tasks?.[0]?.attachments?.[0]?.id).to.equal(attachment?.id);
    const launch = emulator.runtime.launches.find(({ taskArn }) => taskArn === arn);
    expect(launch?.volumeConfigurations?.[0]?.managedEBSVolume?.sizeInGiB).to.equal(10);
  });
});
