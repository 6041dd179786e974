import type { Pod } from '../pod.ts';

/** As the kubelet's own names of Docker containers were, with another beginning: unique on an engine that several share. */
export function containerName({ metadata }: Pod, container: string, attempt: number): string {
  return `kecs_${container}_${metadata.name}_${metadata.namespace}_${metadata.uid}_${attempt}`;
}

export function volumeName({ metadata }: Pod, volume: string): string {
  return `kecs_${metadata.uid}_${volume}`;
}

/** The Pod's own labels, then those of the kubelet's CRI plugins, then `owner`, by which left-overs are found. */
export function labelsOf({ metadata }: Pod, container: string, owner: Readonly<Record<string, string>>) {
  return {
    ...metadata.labels,
    'io.kubernetes.pod.name': metadata.name,
    'io.kubernetes.pod.namespace': metadata.namespace ?? '',
    'io.kubernetes.pod.uid': metadata.uid ?? '',
    'io.kubernetes.container.name': container,
    ...owner,
  };
}
