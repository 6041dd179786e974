import { expect } from 'chai';
import { withDefaults } from '../../lib/model/task-definition-defaults.ts';
import { checkTaskDefinition } from '../../lib/model/task-definition-rules.ts';
import type { ContainerDefinition, TaskDefinitionInput } from '../../lib/model/task-definition.ts';

const container: ContainerDefinition = { name: 'web', image: 'nginx' };
const task: TaskDefinitionInput = { family: 'web', containerDefinitions: [container] };
const fargate: TaskDefinitionInput = {
  ...task,
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
};

const containers = (...changes: Partial<ContainerDefinition>[]): TaskDefinitionInput => ({
  ...task,
  containerDefinitions: changes.map((change, index) => ({ ...container, name: `c${index}`, ...change })),
});
const ports = (networkMode: 'bridge' | 'awsvpc' | 'host' | 'none', ...portMappings: object[]): TaskDefinitionInput => ({
  ...containers({ name: 'web', portMappings }),
  networkMode,
});
const dependsOn = (containerName: string, condition: 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY') => ({
  dependsOn: [{ containerName, condition }],
});

const efs = (more: object) => ({ name: 'a', efsVolumeConfiguration: { fileSystemId: 'fs-1', ...more } });

function check(input: TaskDefinitionInput, strict = false): string {
  try {
    checkTaskDefinition(withDefaults(input), input, { strict });
    return 'accepted';
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
}

describe('the rules of task definitions', () => {
  const accepted: Record<string, TaskDefinitionInput> = {
    'only a name and an image': task,
    'the smallest size of Fargate': fargate,
    'Fargate without a size': { ...fargate, cpu: undefined, memory: undefined },
    'Fargate without a network mode': { ...fargate, networkMode: undefined },
    'two containers on ports that are chosen when they run': {
      ...containers({ portMappings: [{ containerPort: 80 }] }, { portMappings: [{ containerPort: 80 }] }),
      networkMode: 'bridge',
    },
    'one port over TCP and UDP': ports('awsvpc', { containerPort: 53 }, { containerPort: 53, protocol: 'udp' }),
    'a range of ports': ports('awsvpc', { containerPortRange: '8000-8010' }),
    'a dependency on what runs to its end': containers({ ...dependsOn('c1', 'SUCCESS') }, { essential: false }),
    'dependencies that meet again': containers(
      { dependsOn: [...dependsOn('c1', 'START').dependsOn, ...dependsOn('c2', 'START').dependsOn] },
      dependsOn('c2', 'START'),
      {},
    ),
  };
  for (const [what, input] of Object.entries(accepted)) {
    it(`accept ${what}`, () => expect(check(input)).to.equal('accepted'));
  }

  const refused: [what: string, input: TaskDefinitionInput, message: string | RegExp][] = [
    ['no family', { ...task, family: '' }, 'Family should not be null or empty.'],
    ['a family with a dot', { ...task, family: 'a.b' }, 'Family contains invalid characters.'],
    ['no containers', { ...task, containerDefinitions: [] }, 'Container list cannot be empty.'],
    ['eleven containers', containers(...Array.from({ length: 11 }, () => ({}))), 'Too many containers.'],
    ['a container without a name', containers({ name: undefined }), 'Container.name should not be null or empty.'],
    ['a container name with a blank', containers({ name: 'a b' }), 'Container.name contains invalid characters.'],
    ['a container without an image', containers({ image: undefined }), 'Container.image should not be null or empty.'],
    [
      'two containers of one name',
      containers({ name: 'a' }, { name: 'a' }),
      'Container names must be unique within a Task Definition.',
    ],
    [
      'only containers that are not essential',
      containers({ essential: false }),
      "Task definition doesn't have any essential container.",
    ],
    [
      'a secret named as a variable',
      containers({ environment: [{ name: 'A', value: '1' }], secrets: [{ name: 'A', valueFrom: '/a' }] }),
      "The secret name must be unique and not shared with any new or existing environment variables set on the container, such as 'A'.",
    ],
    [
      'a health check without a command',
      containers({ healthCheck: { command: ['CMD'] } }),
      /Invalid 'healthCheck.command' setting for container 'c0'/,
    ],
    [
      'a health check every second',
      containers({ healthCheck: { command: ['CMD', 'true'], interval: 1 } }),
      "Invalid 'healthCheck.interval' setting for container 'c0'. It must be between 5 and 300.",
    ],
    [
      'eleven retries of a health check',
      containers({ healthCheck: { command: ['CMD', 'true'], retries: 11 } }),
      "Invalid 'healthCheck.retries' setting for container 'c0'. It must be between 1 and 10.",
    ],
    [
      'a host name under awsvpc',
      { ...containers({ hostname: 'a' }), networkMode: 'awsvpc' },
      'hostname is not supported on container when networkMode=awsvpc.',
    ],
    ['a task cpu that is no number', { ...task, cpu: 'much' }, "Invalid 'cpu' setting for task."],
    ['a task memory that is no number', { ...task, memory: 'much' }, "Invalid 'memory' setting for task."],
    [
      'more memory than the task has',
      { ...containers({ memory: 600 }), memory: '512' },
      "The 'memory' setting for container 'c0' is greater than for the task.",
    ],
    [
      'more reserved than granted memory',
      containers({ memory: 10, memoryReservation: 11 }),
      /'memory' must be greater than or equal to 'memoryReservation'/,
    ],
    [
      'more cpu than the task has',
      { ...containers({ cpu: 200 }, { cpu: 100 }), cpu: '256' },
      "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
    ],
    ['a port mapping without a port', ports('bridge', {}), "Invalid 'containerPort' setting for container 'web'."],
    ['port 65536', ports('bridge', { containerPort: 65536 }), "Invalid 'containerPort' setting for container 'web'."],
    [
      'another host port under awsvpc',
      ports('awsvpc', { containerPort: 80, hostPort: 8080 }),
      'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
    ],
    [
      'another host port under host',
      ports('host', { containerPort: 80, hostPort: 8080 }),
      'When networkMode=host, the host ports and container ports in port mappings must match.',
    ],
    ['a port mapping under none', ports('none', { containerPort: 80 }), /networkMode=none/],
    [
      'one host port twice',
      ports('bridge', { containerPort: 80, hostPort: 3000 }, { containerPort: 81, hostPort: 3000 }),
      "TCP host port '3000' is mapped multiple times in task.",
    ],
    ['a range of ports that runs backwards', ports('awsvpc', { containerPortRange: '9-8' }), /containerPortRange/],
    [
      'a mount of a volume that does not exist',
      containers({ mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] }),
      "Unknown volume 'data'.",
    ],
    [
      'a volume with a blank host path',
      { ...task, volumes: [{ name: 'data', host: { sourcePath: '' } }] },
      'host.sourcePath should not be blank.',
    ],
    [
      'a volume of two kinds',
      { ...task, volumes: [{ name: 'a', host: { sourcePath: '/a' }, configuredAtLaunch: true }] },
      /one of host and configuredAtLaunch/,
    ],
    [
      'a directory beside an access point',
      {
        ...task,
        volumes: [
          efs({ rootDirectory: '/a', transitEncryption: 'ENABLED', authorizationConfig: { accessPointId: 'fsap-1' } }),
        ],
      },
      /rootDirectory must be omitted/,
    ],
    [
      'an access point without encryption in transit',
      { ...task, volumes: [efs({ authorizationConfig: { accessPointId: 'fsap-1' } })] },
      /transitEncryption must be ENABLED/,
    ],
    [
      'a restart period below a minute',
      containers({ restartPolicy: { enabled: true, restartAttemptPeriod: 59 } }),
      /'restartPolicy.restartAttemptPeriod' .* between 60 and 1800/,
    ],
    [
      'a range of ports in mode host',
      ports('host', { containerPortRange: '80-82' }),
      /networkMode=host does not support/,
    ],
    ['a range of one port', ports('bridge', { containerPortRange: '80-80' }), /containerPortRange/],
    [
      'a port in a range and beside it',
      ports('bridge', { containerPortRange: '80-82' }, { containerPort: 81 }),
      /port tcp 81 in two port mappings/,
    ],
    [
      'ranges that overlap',
      ports('awsvpc', { containerPortRange: '80-82' }, { containerPortRange: '82-84' }),
      /port tcp 82 in two/,
    ],
    ['two volumes of one name', { ...task, volumes: [{ name: 'a' }, { name: 'a' }] }, /must be unique/],
    ['volumes from an unknown container', containers({ volumesFrom: [{ sourceContainer: 'x' }] }), /container 'x'/],
    ['a dependency on an unknown container', containers(dependsOn('x', 'START')), /depends on container 'x'/],
    [
      'an essential container that must come to its end',
      containers(dependsOn('c1', 'COMPLETE'), {}),
      'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container.',
    ],
    ['health without a health check', containers(dependsOn('c1', 'HEALTHY'), {}), /must have a health check/],
    [
      'dependencies in a circle',
      containers(dependsOn('c1', 'START'), dependsOn('c2', 'START'), dependsOn('c1', 'START')),
      'Containers depend on each other in a circle: c1 → c2 → c1.',
    ],
    [
      'Fargate with another network mode',
      { ...fargate, networkMode: 'bridge' },
      'Fargate only supports network mode ‘awsvpc’.',
    ],
    [
      'a size that Fargate does not have',
      { ...fargate, cpu: '512', memory: '512' },
      'No Fargate configuration exists for given values: 512 CPU, 512 memory. See the Amazon ECS documentation for the valid values.',
    ],
    [
      'Fargate with an image of ECR and no execution role',
      {
        ...fargate,
        containerDefinitions: [{ ...container, image: '000000000000.dkr.ecr.us-east-1.amazonaws.com/a' }],
      },
      'Fargate requires task definition to have execution role ARN to support ECR images.',
    ],
    [
      'Fargate with a volume of the host',
      { ...fargate, volumes: [{ name: 'a', host: { sourcePath: '/a' } }] },
      'Fargate compatible task definitions do not support sourcePath',
    ],
    [
      'three minutes to stop on Fargate',
      { ...fargate, containerDefinitions: [{ ...container, stopTimeout: 180 }] },
      "Invalid 'stopTimeout' setting for container 'web'. It must be between 0 and 120.",
    ],
    [
      'ipcMode on Fargate',
      { ...fargate, ipcMode: 'task' },
      'Tasks using the Fargate launch type do not support ipcMode.',
    ],
    ['10 GiB of ephemeral storage', { ...task, ephemeralStorage: { sizeInGiB: 10 } }, /between 21 and 200 GiB/],
  ];
  for (const [what, input, message] of refused) {
    it(`refuse ${what}`, () => {
      if (typeof message === 'string') expect(check(input)).to.equal(`ClientException: ${message}`);
      else
        expect(check(input))
          .to.match(/^ClientException: /)
          .and.to.match(message);
    });
  }

  const strictly: [what: string, input: TaskDefinitionInput, message: string][] = [
    [
      'a container without memory',
      task,
      "Invalid setting for container 'web'. At least one of 'memory' or 'memoryReservation' must be specified.",
    ],
    [
      'Fargate without a network mode',
      { ...fargate, networkMode: undefined },
      'Fargate only supports network mode ‘awsvpc’.',
    ],
    [
      'Fargate without cpu',
      { ...fargate, cpu: undefined },
      "Fargate requires that 'cpu' be defined at the task level.",
    ],
  ];
  for (const [what, input, message] of strictly) {
    it(`refuse ${what} under strict`, () => expect(check(input, true)).to.equal(`ClientException: ${message}`));
  }
});
