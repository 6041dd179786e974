import type { V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import type * as ecs from '@aws-sdk/client-ecs';
import type { ContainerDefinition, TaskDefinition } from '../model/task-definition.ts';
import type { Wire } from '../model/wire.ts';
import { TaskRefused } from '../runtime/task-runtime.ts';
import { encodeName } from './names.ts';

/** A mount as far as ECS knows it. */
type Mount = Pick<V1VolumeMount, 'name' | 'mountPath' | 'readOnly'>;

export interface PodVolumes {
  readonly volumes: readonly V1Volume[];
  mountsOf(container: ContainerDefinition): Mount[];
}

export function podVolumes(definition: TaskDefinition): PodVolumes {
  const containers = definition.containerDefinitions ?? [];
  const inMemory = new Map(containers.map((container) => [container, memoryMounts(container)]));
  return {
    volumes: [
      ...(definition.volumes ?? []).map(volumeManifest),
      ...[...inMemory.values()].flatMap((mounts) => mounts.map(({ volume }) => volume)),
    ],
    mountsOf: (container) => [
      ...mountPointsOf(container, containers),
      ...(inMemory.get(container) ?? []).map(({ mount }) => mount),
    ],
  };
}

/** What `inexpressible.ts` lets pass is a path of the host, or a directory which lives as long as the task. */
function volumeManifest({ name = '', host }: Wire<ecs.Volume>): V1Volume {
  return {
    name: encodeName(name),
    ...(host?.sourcePath ? { hostPath: { path: host.sourcePath } } : { emptyDir: {} }),
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

interface MemoryMount {
  readonly volume: V1Volume;
  readonly mount: Mount;
}

/** tmpfs and /dev/shm are memory on Kubernetes too: an emptyDir of medium Memory. */
function memoryMounts({ name = '', linuxParameters }: ContainerDefinition): MemoryMount[] {
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
