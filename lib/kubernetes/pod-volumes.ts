import type { V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import type { ContainerDefinition, TaskDefinition } from '../model/task-definition.ts';
import { TaskRefused } from '../runtime/task-runtime.ts';
import { encodeName } from './names.ts';
import { type VolumeSources, volumeManifest } from './volume-manifest.ts';

/** A mount as far as ECS knows it. */
type Mount = Pick<V1VolumeMount, 'name' | 'mountPath' | 'readOnly'>;

export interface PodVolumes {
  readonly volumes: readonly V1Volume[];
  mountsOf(container: ContainerDefinition): Mount[];
}

export function podVolumes(definition: TaskDefinition, sources: VolumeSources): PodVolumes {
  const containers = definition.containerDefinitions ?? [];
  const own = new Map(containers.map((container) => [container, [...inMemory(container), ...devices(container)]]));
  return {
    volumes: [
      ...(definition.volumes ?? []).map((volume) => volumeManifest(volume, sources)),
      ...[...own.values()].flatMap((mounts) => mounts.map(({ volume }) => volume)),
    ],
    mountsOf: (container) => [
      ...mountPointsOf(container, containers),
      ...(own.get(container) ?? []).map(({ mount }) => mount),
    ],
  };
}

function mountPointsOf(container: ContainerDefinition, all: readonly ContainerDefinition[]): Mount[] {
  const inherited = (container.volumesFrom ?? []).flatMap(({ sourceContainer, readOnly }) => {
    const source = all.find(({ name }) => name === sourceContainer);
    if (!source)
      throw new TaskRefused(
        `Container ${container.name} has volumesFrom ${sourceContainer}, which is not in the task.`,
      );
    return mountPointsOf(source, all).map((mount) => (readOnly ? { ...mount, readOnly } : mount));
  });
  const own = (container.mountPoints ?? []).map(({ sourceVolume = '', containerPath = '', readOnly }) => ({
    name: encodeName(sourceVolume),
    mountPath: containerPath,
    ...(readOnly && { readOnly }),
  }));
  return [...own, ...inherited];
}

/** A volume that one container has for itself. */
interface OwnVolume {
  readonly volume: V1Volume;
  readonly mount: Mount;
}

/** tmpfs and /dev/shm are memory on Kubernetes too: an emptyDir of medium Memory. */
function inMemory({ name = '', linuxParameters }: ContainerDefinition): OwnVolume[] {
  const tmpfs = (linuxParameters?.tmpfs ?? []).map(({ containerPath = '', size = 0, mountOptions = [] }) => ({
    path: containerPath,
    size,
    readOnly: mountOptions.includes('ro'),
  }));
  const shared = linuxParameters?.sharedMemorySize;
  const mounts = shared ? [...tmpfs, { path: '/dev/shm', size: shared, readOnly: false }] : tmpfs;
  return mounts.map(({ path, size, readOnly }, index) => {
    const volume = encodeName(`${name}-memory-${index}`);
    return {
      volume: { name: volume, emptyDir: { medium: 'Memory', sizeLimit: `${size}Mi` } },
      mount: { name: volume, mountPath: path, ...(readOnly && { readOnly }) },
    };
  });
}

/** A device of the node at its place in a privileged container, which may open it. */
function devices({ name = '', linuxParameters }: ContainerDefinition): OwnVolume[] {
  return (linuxParameters?.devices ?? []).map(({ hostPath = '', containerPath = hostPath }, index) => {
    const volume = encodeName(`${name}-device-${index}`);
    return {
      volume: { name: volume, hostPath: { path: hostPath } },
      mount: { name: volume, mountPath: containerPath },
    };
  });
}
