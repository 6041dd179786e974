import type * as ecs from '@aws-sdk/client-ecs';
import type { ContainerDefinition, TaskDefinition } from './task-definition.ts';
import type { Wire } from './wire.ts';

/**
 * What a container instance must be able to do to run the task. The names are those of amazon-ecs-agent
 * (agent/app/agent_capability.go), the conditions as DescribeTaskDefinition shows them for definitions of known content.
 */
export function requiredAttributesOf(definition: TaskDefinition): Wire<ecs.Attribute>[] {
  const containers = definition.containerDefinitions ?? [];
  const names = [...taskAttributes(definition), ...containers.flatMap((c) => containerAttributes(c, definition))];
  return [...new Set(names)].map((name) => ({ name }));
}

const agent = 'com.amazonaws.ecs.capability';
const dockerApi = (version: string): string => `${agent}.docker-remote-api.${version}`;

function taskAttributes({ taskRoleArn, networkMode, volumes = [], pidMode, ipcMode }: TaskDefinition): string[] {
  return where([
    [networkMode === 'awsvpc', ['ecs.capability.task-eni', dockerApi('1.18')]],
    [taskRoleArn, [`${agent}.task-iam-role`]],
    [taskRoleArn && networkMode === 'host', [`${agent}.task-iam-role-network-host`]],
    [volumes.some(({ efsVolumeConfiguration }) => efsVolumeConfiguration), ['ecs.capability.efs', dockerApi('1.25')]],
    [
      volumes.some(({ efsVolumeConfiguration }) => efsVolumeConfiguration?.authorizationConfig),
      ['ecs.capability.efsAuth'],
    ],
    [
      volumes.some(({ dockerVolumeConfiguration }) => dockerVolumeConfiguration),
      ['ecs.capability.docker-plugin.local', dockerApi('1.25')],
    ],
    [pidMode ?? ipcMode, ['ecs.capability.pid-ipc-namespace-sharing']],
  ]);
}

function containerAttributes(container: ContainerDefinition, { executionRoleArn }: TaskDefinition): string[] {
  const { image = '', logConfiguration, firelensConfiguration, secrets = [], dependsOn = [] } = container;
  const driver = logConfiguration?.logDriver;
  const fromSecretsManager = secrets.map(({ valueFrom = '' }) => valueFrom.includes(':secretsmanager:'));
  return where([
    [driver, [`${agent}.logging-driver.${driver}`, dockerApi('1.18')]],
    [driver === 'awslogs', [dockerApi('1.19')]],
    [driver === 'awslogs' && executionRoleArn, ['ecs.capability.execution-role-awslogs']],
    [firelensConfiguration, [`ecs.capability.firelens.${firelensConfiguration?.type}`]],
    [isEcrImage(image), [`${agent}.ecr-auth`]],
    [isEcrImage(image) && executionRoleArn, ['ecs.capability.execution-role-ecr-pull']],
    [fromSecretsManager.includes(true), ['ecs.capability.secrets.asm.environment-variables']],
    [fromSecretsManager.includes(false), ['ecs.capability.secrets.ssm.environment-variables']],
    [container.healthCheck, ['ecs.capability.container-health-check', dockerApi('1.24')]],
    [container.memoryReservation, [dockerApi('1.21')]],
    [container.privileged, [`${agent}.privileged-container`]],
    [container.environmentFiles?.length, ['ecs.capability.env-files.s3']],
    [dependsOn.length, ['ecs.capability.container-ordering']],
  ]);
}

export const isEcrImage = (image: string): boolean =>
  /^\d{12}\.dkr[.-]ecr(-fips)?\.[\w-]+\.(amazonaws\.com(\.cn)?|on\.aws)\//.test(image);

function where(rules: readonly (readonly [condition: unknown, names: readonly string[]])[]): string[] {
  return rules.flatMap(([condition, names]) => (condition ? names : []));
}
