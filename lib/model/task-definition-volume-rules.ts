import { clientException } from '../errors.ts';
import type { ContainerDefinition, TaskDefinition } from './task-definition.ts';

/** Volumes, and containers' use of them and of each other's. @throws ClientException */
export function checkVolumes({ volumes = [], containerDefinitions = [] }: TaskDefinition): void {
  const names = new Set<string>();
  for (const volume of volumes) {
    const { name, host } = volume;
    // aws/amazon-ecs-cli#277 and #11
    if (!name || !/^[\w-]{1,255}$/.test(name)) throw clientException('volume.name contains invalid characters.');
    if (host?.sourcePath === '') throw clientException('host.sourcePath should not be blank.');
    checkKind(volume);
    if (names.has(name)) throw clientException(`Volume names must be unique, but '${name}' is given twice.`);
    names.add(name);
  }
  const containers = new Set(containerDefinitions.map(({ name }) => name));
  for (const container of containerDefinitions) checkUses(container, names, containers);
}

type Volume = NonNullable<TaskDefinition['volumes']>[number];

/** What an access point and IAM need: API_EFSAuthorizationConfig.html. */
function checkKind(volume: Volume): void {
  const { name, efsVolumeConfiguration: efs } = volume;
  const kinds = [
    'host',
    'dockerVolumeConfiguration',
    'efsVolumeConfiguration',
    'fsxWindowsFileServerVolumeConfiguration',
    's3filesVolumeConfiguration',
    'configuredAtLaunch',
  ] as const;
  const given = kinds.filter((kind) => (kind === 'host' ? volume.host?.sourcePath : volume[kind]));
  if (given.length > 1) throw clientException(`Volume '${name}' can have one of ${given.join(' and ')}, not both.`);
  const { accessPointId, iam } = efs?.authorizationConfig ?? {};
  if (accessPointId && efs?.rootDirectory && efs.rootDirectory !== '/') {
    throw clientException(
      `Volume '${name}' has an access point, so that its rootDirectory must be omitted or '/', but it is '${efs.rootDirectory}'.`,
    );
  }
  if ((accessPointId || iam === 'ENABLED') && efs?.transitEncryption !== 'ENABLED') {
    throw clientException(
      `Volume '${name}' has an access point or IAM, so that its transitEncryption must be ENABLED.`,
    );
  }
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
