import type * as ecs from '@aws-sdk/client-ecs';
import type { ContainerDefinition, TaskDefinition } from './task-definition.ts';
import type { TaskOverride } from './task.ts';
import type { Wire } from './wire.ts';

type ContainerOverride = Wire<ecs.ContainerOverride>;

/** The definition as this task runs it. */
export function applyOverrides(definition: TaskDefinition, overrides: TaskOverride): TaskDefinition {
  const { cpu, memory, taskRoleArn, executionRoleArn, ephemeralStorage, containerOverrides = [] } = overrides;
  const containerDefinitions = (definition.containerDefinitions ?? []).map((container) =>
    containerOverrides.filter(({ name }) => name === container.name).reduce(overrideContainer, container),
  );
  const taskLevel = { cpu, memory, taskRoleArn, executionRoleArn, ephemeralStorage };
  return { ...definition, ...given(taskLevel), containerDefinitions };
}

function overrideContainer(container: ContainerDefinition, override: ContainerOverride): ContainerDefinition {
  const { command, cpu, memory, memoryReservation } = override;
  return {
    ...container,
    ...given({ command, cpu, memory, memoryReservation }),
    ...(override.environment && { environment: byName(container.environment, override.environment) }),
    ...(override.environmentFiles && {
      environmentFiles: [...(container.environmentFiles ?? []), ...override.environmentFiles],
    }),
    ...(override.resourceRequirements && { resourceRequirements: override.resourceRequirements }),
  };
}

/** "You can add new environment variables to the container or override existing ones" (API_ContainerOverride). */
function byName(own: Wire<ecs.KeyValuePair>[] = [], overriding: Wire<ecs.KeyValuePair>[]): Wire<ecs.KeyValuePair>[] {
  return [...new Map([...own, ...overriding].map((pair) => [pair.name, pair])).values()];
}

function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
