import { clientException } from '../errors.ts';
import { isFargateSize } from './fargate-sizes.ts';
import { isEcrImage } from './task-definition-attributes.ts';
import { checkRange } from './task-definition-container-rules.ts';
import { requiresFargate } from './task-definition-defaults.ts';
import type { ContainerDefinition, TaskDefinition, TaskDefinitionInput } from './task-definition.ts';

/** What Fargate demands of a task definition that requires it. @throws ClientException */
export function checkFargate(
  definition: TaskDefinition,
  input: TaskDefinitionInput,
  { strict }: { readonly strict: boolean },
): void {
  checkStorage(definition);
  if (!requiresFargate(definition)) return;
  // aws/amazon-ecs-cli#1145, with these quotes
  if (definition.networkMode !== 'awsvpc' || (strict && input.networkMode === undefined)) {
    throw clientException('Fargate only supports network mode ‘awsvpc’.');
  }
  checkSize(definition, strict);
  checkTask(definition);
  for (const container of definition.containerDefinitions ?? []) {
    checkContainer(container, definition.executionRoleArn);
  }
}

/** mongodb/terraform-aws-ecs-task-definition#38, aws/amazon-ecs-cli#982, towardsthecloud/aws-cdk-examples#1 */
function checkSize({ cpu, memory }: TaskDefinition, strict: boolean): void {
  if (strict && cpu === undefined) throw clientException("Fargate requires that 'cpu' be defined at the task level.");
  if (strict && memory === undefined) {
    throw clientException("Fargate requires that 'memory' be defined at the task level.");
  }
  if (cpu !== undefined && memory !== undefined && !isFargateSize(Number(cpu), Number(memory))) {
    throw clientException(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  }
}

/** "The minimum supported value is 21 GiB and the maximum supported value is 200 GiB" (API_EphemeralStorage.html). */
function checkStorage({ ephemeralStorage }: TaskDefinition): void {
  const size = ephemeralStorage?.sizeInGiB;
  if (size !== undefined && (size < 21 || size > 200)) {
    throw clientException(`Ephemeral storage must be between 21 and 200 GiB, but was ${size}.`);
  }
}

/** cn-terraform/terraform-aws-ecs-fargate#2, cloudposse/terraform-aws-ecs-alb-service-task#174; the rest from the API reference. */
function checkTask({ ipcMode, pidMode, volumes = [], placementConstraints = [] }: TaskDefinition): void {
  if (ipcMode !== undefined) throw clientException('Tasks using the Fargate launch type do not support ipcMode.');
  if (pidMode === 'host') throw clientException("Tasks using the Fargate launch type do not support pidMode 'host'.");
  if (volumes.some(({ host }) => host?.sourcePath !== undefined)) {
    throw clientException('Fargate compatible task definitions do not support sourcePath');
  }
  if (volumes.some(({ dockerVolumeConfiguration }) => dockerVolumeConfiguration)) {
    throw clientException('Fargate compatible task definitions do not support dockerVolumeConfiguration');
  }
  if (placementConstraints.length > 0) {
    throw clientException('Fargate compatible task definitions do not support placementConstraints');
  }
}

function checkContainer(container: ContainerDefinition, executionRoleArn: string | undefined): void {
  const { name = '', image = '', logConfiguration, secrets = [] } = container;
  // "you must … 2-120 seconds" (API_ContainerDefinition.html, startTimeout, stopTimeout)
  checkRange(name, 'startTimeout', container.startTimeout, 2, 120);
  checkRange(name, 'stopTimeout', container.stopTimeout, 0, 120);
  if (container.privileged) {
    throw clientException(`Fargate compatible task definitions do not support privileged (container '${name}').`);
  }
  // hashicorp/terraform-provider-aws#3051, virtual-kubelet/virtual-kubelet#193
  if (executionRoleArn !== undefined) return;
  if (isEcrImage(image)) throw needsExecutionRole('ECR images');
  if (logConfiguration?.logDriver === 'awslogs') throw needsExecutionRole('log driver awslogs');
  if (secrets.length > 0) throw needsExecutionRole('secrets');
}

const needsExecutionRole = (what: string): Error =>
  clientException(`Fargate requires task definition to have execution role ARN to support ${what}.`);
