import { clientException } from '../errors.ts';
import { checkContainers } from './task-definition-container-rules.ts';
import { checkDependencies } from './task-definition-dependency-rules.ts';
import { checkFargate } from './task-definition-fargate-rules.ts';
import { checkMemory } from './task-definition-memory-rules.ts';
import { checkPorts } from './task-definition-port-rules.ts';
import { checkVolumes } from './task-definition-volume-rules.ts';
import type { TaskDefinition, TaskDefinitionInput } from './task-definition.ts';

export interface RuleOptions {
  /** Demand what AWS demands and a local run can do without: task size, network mode, memory of containers. */
  readonly strict: boolean;
}

/**
 * Refuses what ECS refuses, in its words where they are known: each text names where it was seen.
 * @param definition with defaults filled in
 * @throws ClientException
 */
export function checkTaskDefinition(
  definition: TaskDefinition,
  input: TaskDefinitionInput,
  options: RuleOptions,
): void {
  checkFamily(definition.family ?? '');
  checkContainers(definition);
  checkMemory(definition, options);
  checkPorts(definition);
  checkVolumes(definition);
  checkDependencies(definition.containerDefinitions ?? []);
  checkFargate(definition, input, options);
}

/** "Up to 255 letters …, numbers, underscores, and hyphens are allowed"; text: aws/amazon-ecs-cli#37. */
function checkFamily(family: string): void {
  if (family === '') throw clientException('Family should not be null or empty.');
  if (!/^[\w-]{1,255}$/.test(family)) throw clientException('Family contains invalid characters.');
}
