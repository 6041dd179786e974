import { invalidParameter } from '../errors.ts';
import type { TaskOverride } from './task.ts';
import type { TaskDefinition } from './task-definition.ts';

/** "A total of 8192 characters are allowed for overrides" (API reference, RunTask). */
const maxLength = 8192;

/** The overrides as a task shows them: with an entry for every container, as AWS has it. */
export function resolveOverrides(overrides: TaskOverride = {}, definition: TaskDefinition): TaskOverride {
  const names = (definition.containerDefinitions ?? []).map(({ name }) => name);
  const given = overrides.containerOverrides ?? [];
  if (JSON.stringify(overrides).length > maxLength) {
    throw invalidParameter(`Container Overrides length must be at most ${maxLength}`);
  }
  const [accelerator] = overrides.inferenceAcceleratorOverrides ?? [];
  if (accelerator) {
    throw invalidParameter(
      `The override of inference accelerator ${accelerator.deviceName} cannot be met: Elastic Inference is not emulated. Leave it out.`,
    );
  }
  for (const { name } of given) {
    if (!name) throw invalidParameter('Container Override name cannot be empty.');
    if (!names.includes(name)) {
      throw invalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`);
    }
  }
  const untouched = names.filter((name) => !given.some((override) => override.name === name)).map((name) => ({ name }));
  return { inferenceAcceleratorOverrides: [], ...overrides, containerOverrides: [...given, ...untouched] };
}
