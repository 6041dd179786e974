import { clientException } from '../errors.ts';
import type { ContainerDefinition, TaskDefinition } from './task-definition.ts';

/** Volumes, and containers' use of them and of each other's. @throws ClientException */
export function checkVolumes({ volumes = [], containerDefinitions = [] }: TaskDefinition): void {
  const names = new Set<string>();
  for (const { name, host } of volumes) {
    // aws/amazon-ecs-cli#277 and #11
    if (!name || !/^[\w-]{1,255}$/.test(name)) throw clientException('volume.name contains invalid characters.');
    if (host?.sourcePath === '') throw clientException('host.sourcePath should not be blank.');
    if (names.has(name)) throw clientException(`Volume names must be unique, but '${name}' is given twice.`);
    names.add(name);
  }
  const containers = new Set(containerDefinitions.map(({ name }) => name));
  for (const container of containerDefinitions) checkUses(container, names, containers);
}

function checkUses(
  container: ContainerDefinition,
  volumes: ReadonlySet<string>,
  containers: ReadonlySet<string | undefined>,
): void {
  for (const { sourceVolume, containerPath } of container.mountPoints ?? []) {
    // ansible/ansible#35751; blinkist/terraform-aws-airship-ecs-service#46 shows the text for a missing name.
    if (!volumes.has(sourceVolume ?? '')) throw clientException(`Unknown volume '${sourceVolume ?? null}'.`);
    if (!containerPath) {
      throw clientException(
        `The mount point of volume '${sourceVolume}' in container '${container.name}' has no path.`,
      );
    }
  }
  for (const { sourceContainer } of container.volumesFrom ?? []) {
    if (!containers.has(sourceContainer) || sourceContainer === container.name) {
      throw clientException(
        `Container '${container.name}' takes volumes from container '${sourceContainer}', which the task definition does not have.`,
      );
    }
  }
}
