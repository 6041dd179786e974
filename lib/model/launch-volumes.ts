import type * as ecs from '@aws-sdk/client-ecs';
import { invalidParameter, unsupportedFeature } from '../errors.ts';
import type { TaskDefinition, VolumeConfiguration } from './task-definition.ts';
import type { Wire } from './wire.ts';

/**
 * The volumes that a task definition leaves to be configured at launch ("Use Amazon EBS volumes with Amazon ECS", Developer Guide).
 * @throws InvalidParameterException unless each has its size, and no other is named
 */
export function checkLaunchVolumes({ volumes = [] }: TaskDefinition, given: readonly VolumeConfiguration[]): void {
  const wanted = volumes.filter(({ configuredAtLaunch }) => configuredAtLaunch).map(({ name = '' }) => name);
  for (const configuration of given) {
    if (!wanted.includes(configuration.name ?? '')) {
      throw invalidParameter(
        `The volume name '${configuration.name}' in your request does not have a matching volume in your Task Definition`,
      );
    }
    checkDisk(configuration);
  }
  // "You can configure at most one volume at launch" (Developer Guide, "Considerations").
  if (given.length > 1)
    throw invalidParameter(`A task can have one volume configured at launch, but ${given.length} were given.`);
  const missing = wanted.find((name) => !given.some((configuration) => configuration.name === name));
  if (missing !== undefined) {
    throw invalidParameter(
      `The volume '${missing}' of the task definition is configured at launch: name it in volumeConfigurations.`,
    );
  }
}

/** "You must specify either a snapshot ID or a volume size" (API_TaskManagedEBSVolumeConfiguration.html). */
function checkDisk({ name, managedEBSVolume: disk }: VolumeConfiguration): void {
  if (!disk) throw invalidParameter(`The volume '${name}' has no managedEBSVolume, which says how large it is.`);
  if (disk.snapshotId !== undefined) {
    throw unsupportedFeature(
      `The volume '${name}' is made from the snapshot ${disk.snapshotId}, and KECS keeps none. Give it a sizeInGiB alone.`,
    );
  }
  if (!disk.sizeInGiB || disk.sizeInGiB < 1 || disk.sizeInGiB > 64 * 1024) {
    throw invalidParameter(`The volume '${name}' needs a sizeInGiB between 1 and 65536.`);
  }
}

/** What RunTask and DescribeTasks show of a volume. `random` has at least 17 hexadecimal digits. */
export function volumeAttachment(
  { name = '', managedEBSVolume: disk }: VolumeConfiguration,
  id: string,
  random: string,
): Wire<ecs.Attachment> {
  const about: Partial<NonNullable<VolumeConfiguration['managedEBSVolume']>> = disk ?? {};
  const details = {
    roleArn: about.roleArn,
    volumeName: name,
    volumeId: `vol-${random.slice(0, 17)}`,
    deleteOnTermination: about.terminationPolicy?.deleteOnTermination ?? true,
    sizeInGiB: about.sizeInGiB,
    volumeType: about.volumeType,
    filesystemType: about.filesystemType ?? 'xfs',
    encrypted: about.encrypted,
    iops: about.iops,
    throughput: about.throughput,
  };
  return {
    id,
    type: 'AmazonElasticBlockStorage',
    status: 'CREATED',
    details: Object.entries(details).flatMap(([member, value]) =>
      value === undefined ? [] : [{ name: member, value: String(value) }],
    ),
  };
}

export const isVolume = ({ type }: Wire<ecs.Attachment>): boolean => type === 'AmazonElasticBlockStorage';
