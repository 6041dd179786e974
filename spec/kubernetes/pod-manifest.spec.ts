import { expect } from 'chai';
import { type ManifestOptions, podManifest } from '../../lib/kubernetes/pod-manifest.ts';
import type { ContainerDefinition, TaskDefinition } from '../../lib/model/task-definition.ts';
import { type TaskLaunch, TaskRefused } from '../../lib/runtime/task-runtime.ts';
import { golden } from '../support/golden.ts';

interface Input {
  readonly launch: TaskLaunch;
  readonly options: ManifestOptions;
}

describe('the manifest of a task', () => {
  for (const { name, input, output } of golden<Input>('pod-manifest')) {
    it(`is as spec/golden has it: ${name}`, () => {
      expect(podManifest(input.launch, input.options)).to.deep.equal(output);
    });
  }

  const refusals: [string, Partial<ContainerDefinition>, Partial<TaskDefinition>, string][] = [
    ['a user by name', { user: 'postgres' }, {}, 'by number only'],
    ['environment files', { environmentFiles: [{ type: 's3', value: 'arn' }] }, {}, 'ResourceInitializationError'],
    ['devices', { linuxParameters: { devices: [{ hostPath: '/dev/fuse' }] } }, {}, 'linuxParameters.devices'],
    ['security options', { dockerSecurityOptions: ['label:user:x'] }, {}, 'label:user:x'],
    ['disabled networking', { disableNetworking: true }, {}, 'disableNetworking'],
    ['a health check of no kind', { healthCheck: { command: ['curl'] } }, {}, 'CMD-SHELL'],
    ['volumes from nowhere', { volumesFrom: [{ sourceContainer: 'other' }] }, {}, 'not in the task'],
    ['dependencies on nothing', { dependsOn: [{ containerName: 'x', condition: 'START' }] }, {}, 'not in the task'],
    [
      'a file system whose id is a path',
      {},
      { volumes: [{ name: 'v', efsVolumeConfiguration: { fileSystemId: '../etc' } }] },
      'no id of EFS',
    ],
    [
      'a directory outside its file system',
      {},
      { volumes: [{ name: 'v', efsVolumeConfiguration: { fileSystemId: 'fs-1', rootDirectory: '/a/../..' } }] },
      'leads out',
    ],
    [
      'a volume that was not configured at launch',
      {},
      { volumes: [{ name: 'v', configuredAtLaunch: true }] },
      'no size',
    ],
    ['all GPUs', { resourceRequirements: [{ type: 'GPU', value: 'ALL' }] }, {}, 'needs their number'],
    ['no network', {}, { networkMode: 'none' }, 'networkMode none'],
    ['Windows', {}, { runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } }, 'WINDOWS'],
  ];

  for (const [what, container, definition, words] of refusals) {
    it(`is refused in words for ${what}`, () => {
      expect(() => podManifest(launchOf([{ name: 'app', image: 'a', ...container }], definition), options)).to.throw(
        TaskRefused,
        words,
      );
    });
  }

  it('is refused for a privileged container where the configuration forbids it', () => {
    const launch = launchOf([{ name: 'app', image: 'a', privileged: true }]);
    expect(() => podManifest(launch, { ...options, forbidPrivileged: true })).to.throw(TaskRefused, 'forbidPrivileged');
  });

  it('lists no ports of a range too wide to be of use', () => {
    const launch = launchOf([{ name: 'app', image: 'a', portMappings: [{ containerPortRange: '30000-60000' }] }]);
    expect(podManifest(launch, options).spec?.containers[0]).to.not.have.property('ports');
  });

  it('is refused for two host names', () => {
    const containers = [
      { name: 'a', hostname: 'one' },
      { name: 'b', hostname: 'two' },
    ];
    expect(() => podManifest(launchOf(containers), options)).to.throw(TaskRefused, 'one and two');
  });
});

const options = {
  instanceId: 'spec',
  cpuRequestRatio: 0.02,
  forbidPrivileged: false,
  volumesDirectory: '/volumes',
};

const launchOf = (
  containerDefinitions: ContainerDefinition[],
  definition: Partial<TaskDefinition> = {},
): TaskLaunch => ({
  taskArn: 'arn:aws:ecs:us-east-1:000000000000:task/web/1',
  taskId: '1',
  clusterName: 'web',
  region: 'us-east-1',
  account: '000000000000',
  definition: { containerDefinitions, ...definition },
  overrides: {},
});
