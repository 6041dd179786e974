import type * as ecs from '@aws-sdk/client-ecs';
import { isFargateSize } from './fargate-sizes.ts';
import { requiresFargate } from './task-definition-defaults.ts';
import type { TaskDefinition } from './task-definition.ts';

/** The launch types that can run the task definition, in the order in which AWS lists them. */
export function compatibilitiesOf(definition: TaskDefinition): ecs.Compatibility[] {
  const asked = definition.requiresCompatibilities ?? [];
  return [
    // "ECS Anywhere … the awsvpc network mode is not supported" (developer guide, "ECS Anywhere considerations").
    ...(definition.networkMode === 'awsvpc' ? [] : (['EXTERNAL'] as const)),
    'EC2',
    ...(requiresFargate(definition) || runsOnFargate(definition) ? (['FARGATE'] as const) : []),
    ...(asked.includes('MANAGED_INSTANCES') ? (['MANAGED_INSTANCES'] as const) : []),
  ];
}

/** Developer guide, "Amazon ECS task definition differences for Fargate". */
function runsOnFargate(definition: TaskDefinition): boolean {
  const { networkMode, cpu, memory, volumes = [], containerDefinitions = [], ipcMode, pidMode } = definition;
  return (
    networkMode === 'awsvpc' &&
    isFargateSize(Number(cpu), Number(memory)) &&
    ipcMode === undefined &&
    pidMode !== 'host' &&
    volumes.every((volume) => volume.host?.sourcePath === undefined && !volume.dockerVolumeConfiguration) &&
    containerDefinitions.every(({ privileged, links = [] }) => !privileged && links.length === 0)
  );
}
