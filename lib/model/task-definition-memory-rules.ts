import { clientException } from '../errors.ts';
import { checkRange } from './task-definition-container-rules.ts';
import type { ContainerDefinition, TaskDefinition } from './task-definition.ts';

/** Memory and CPU of the task and of its containers. @throws ClientException */
export function checkMemory(definition: TaskDefinition, { strict }: { readonly strict: boolean }): void {
  checkTaskSize(definition);
  const containers = definition.containerDefinitions ?? [];
  for (const container of containers) checkContainerMemory(container, definition.memory, strict);
  const cpu = containers.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  // aws/aws-cdk#1553
  if (definition.cpu !== undefined && cpu > Number(definition.cpu)) {
    throw clientException("The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.");
  }
}

/** Texts: developer guide, "Troubleshoot Amazon ECS task definition invalid CPU or memory errors". */
function checkTaskSize({ cpu, memory }: TaskDefinition): void {
  if (cpu !== undefined && !(Number(cpu) >= 128 && Number(cpu) <= 196_608)) {
    throw clientException("Invalid 'cpu' setting for task.");
  }
  if (memory !== undefined && !(Number(memory) > 0)) throw clientException("Invalid 'memory' setting for task.");
}

function checkContainerMemory(container: ContainerDefinition, taskMemory: string | undefined, strict: boolean): void {
  const { name = '', memory, memoryReservation } = container;
  checkRange(name, 'cpu', container.cpu, 0, Infinity);
  // "You should not specify less than 6 MiB of memory for your containers" (API_ContainerDefinition.html, memory).
  checkRange(name, 'memory', memory, 6, Infinity);
  checkRange(name, 'memoryReservation', memoryReservation, 6, Infinity);
  if (memory !== undefined && memoryReservation !== undefined && memoryReservation > memory) {
    throw clientException(
      `Invalid setting for container '${name}'. 'memory' must be greater than or equal to 'memoryReservation'.`,
    );
  }
  // pulumi/pulumi-awsx#1220
  if (taskMemory !== undefined && (memory ?? memoryReservation ?? 0) > Number(taskMemory)) {
    throw clientException(`The 'memory' setting for container '${name}' is greater than for the task.`);
  }
  // cuttlesoft/ecs-deploy.py#17
  if (strict && (memory ?? memoryReservation ?? taskMemory) === undefined) {
    throw clientException(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
}
