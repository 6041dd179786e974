import { posix } from 'node:path';
import type { V1Volume } from '@kubernetes/client-node';
import type * as ecs from '@aws-sdk/client-ecs';
import type { VolumeConfiguration } from '../model/task-definition.ts';
import type { Wire } from '../model/wire.ts';
import { TaskRefused } from '../runtime/task-runtime.ts';
import { encodeName } from './names.ts';

type Volume = Wire<ecs.Volume>;

export interface VolumeSources {
  /** The directory of the node that keeps what outlives tasks: file systems and shared Docker volumes. */
  readonly volumesDirectory: string;
  /** What RunTask said of volumes that are configured at launch. */
  readonly configurations: readonly VolumeConfiguration[];
}

/** A volume of a task definition, which `volume-refusal.ts` let pass, as a volume of the Pod. */
export function volumeManifest(volume: Volume, sources: VolumeSources): V1Volume {
  return { name: encodeName(volume.name ?? ''), ...sourceOf(volume, sources) };
}

function sourceOf(volume: Volume, { volumesDirectory, configurations }: VolumeSources): Omit<V1Volume, 'name'> {
  const { name = '', host, dockerVolumeConfiguration: docker, efsVolumeConfiguration: efs } = volume;
  if (host?.sourcePath) return { hostPath: { path: host.sourcePath } };
  if (efs) return kept(posix.join(volumesDirectory, 'efs', directoryOf(efs)));
  // "Docker volumes that are scoped as shared persist after the task stops" (API_DockerVolumeConfiguration).
  if (docker?.scope === 'shared') return kept(posix.join(volumesDirectory, 'docker', name));
  return { emptyDir: volume.configuredAtLaunch ? { sizeLimit: sizeOf(name, configurations) } : {} };
}

const kept = (path: string): Omit<V1Volume, 'name'> => ({ hostPath: { path, type: 'DirectoryOrCreate' } });

/** An access point is a directory of its file system, whose path only EFS knows: its id stands for that. */
function directoryOf({
  fileSystemId = '',
  rootDirectory = '/',
  authorizationConfig,
}: Wire<ecs.EFSVolumeConfiguration>) {
  return posix.join(fileSystemId, authorizationConfig?.accessPointId ?? rootDirectory).replace(/\/$/, '');
}

function sizeOf(name: string, configurations: readonly VolumeConfiguration[]): string {
  const size = configurations.find((one) => one.name === name)?.managedEBSVolume?.sizeInGiB;
  if (size === undefined) throw new TaskRefused(`Volume ${name} is configured at launch, and RunTask gave it no size.`);
  return `${size}Gi`;
}
