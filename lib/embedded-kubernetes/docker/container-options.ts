import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import { expanded } from '../container-environment.ts';
import type { ContainerLaunch } from '../container-process.ts';
import type { Container, Pod, VolumeMount } from '../pod.ts';
import { containerName, labelsOf, volumeName } from './docker-names.ts';
import { quantity } from '../../util/quantity.ts';

export interface ContainerSetting {
  readonly sandboxID: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A container of a Pod, within its sandbox. @throws Error for what Docker cannot do */
export function containerOptions(
  pod: Pod,
  container: Container,
  { env, restartCount }: Pick<ContainerLaunch, 'env' | 'restartCount'>,
  setting: ContainerSetting,
): ContainerCreateOptions {
  const { command = [], args = [], workingDir, stdin = false, stdinOnce = false, tty = false } = container;
  const words = (texts: readonly string[]) => texts.map((text) => expanded(text, env));
  const user = userOf(pod, container);
  return {
    name: containerName(pod, container.name, restartCount),
    Image: container.image,
    ...(command.length > 0 && { Entrypoint: words(command) }),
    ...(args.length > 0 && { Cmd: words(args) }),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(workingDir && { WorkingDir: workingDir }),
    ...(user && { User: user }),
    OpenStdin: stdin,
    StdinOnce: stdinOnce,
    Tty: tty,
    Labels: labelsOf(pod, container.name, setting.labels),
    HostConfig: hostConfigOf(pod, container, setting.sandboxID),
  };
}

function hostConfigOf(pod: Pod, container: Container, sandboxID: string): HostConfig {
  const { spec } = pod;
  const within = `container:${sandboxID}`;
  const shared = spec.shareProcessNamespace ? within : '';
  return {
    NetworkMode: within,
    IpcMode: spec.hostIPC ? 'host' : within,
    PidMode: spec.hostPID ? 'host' : shared,
    ...securityOf(container),
    ...groupsOf(pod),
    ...resourcesOf(container),
    ...volumesOf(pod, container),
  };
}

/** `uid` or `uid:gid`; what the container says goes before what the Pod says. */
function userOf({ spec }: Pod, { securityContext = {} }: Container): string | undefined {
  const { runAsUser, runAsGroup } = { ...spec.securityContext, ...securityContext };
  // containerd's CRI plugin refuses it, too: the image's user is not known by number.
  if (runAsUser === undefined && runAsGroup !== undefined) {
    throw new Error(`The user group ${runAsGroup} is specified without user: give runAsUser, too.`);
  }
  if (runAsUser === undefined) return undefined;
  return runAsGroup === undefined ? String(runAsUser) : `${runAsUser}:${runAsGroup}`;
}

function groupsOf({ spec: { securityContext = {} } }: Pod): HostConfig {
  const { supplementalGroups = [], fsGroup } = securityContext;
  const groups = [...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])];
  return groups.length > 0 ? { GroupAdd: groups.map(String) } : {};
}

function securityOf({ securityContext = {} }: Container): HostConfig {
  const { capabilities: { add = [], drop = [] } = {}, privileged, readOnlyRootFilesystem } = securityContext;
  return {
    Privileged: privileged ?? false,
    ReadonlyRootfs: readOnlyRootFilesystem ?? false,
    CapAdd: [...add],
    CapDrop: [...drop],
    SecurityOpt: securityContext.allowPrivilegeEscalation === false ? ['no-new-privileges'] : [],
  };
}

/** Memory without swap, as on a Kubernetes node by default; requests of cpu as shares (pkg/kubelet/cm, MilliCPUToShares). */
function resourcesOf({ resources = {} }: Container): HostConfig {
  const { limits = {}, requests = {} } = resources;
  const memory = bytesOf(limits['memory']);
  const reserved = bytesOf(requests['memory']) ?? 0;
  return {
    ...(memory !== undefined && { Memory: memory, MemorySwap: memory }),
    ...(reserved >= leastReservation && reserved < (memory ?? Infinity) && { MemoryReservation: reserved }),
    ...(requests['cpu'] !== undefined && { CpuShares: Math.max(2, Math.floor(quantity(requests['cpu']) * 1024)) }),
    ...(limits['cpu'] !== undefined && { NanoCpus: Math.floor(quantity(limits['cpu']) * 1e9) }),
  };
}

/** Docker refuses a smaller one (moby, daemon/daemon_unix.go, linuxMinMemory). */
const leastReservation = 6 * 2 ** 20;

const bytesOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Math.floor(quantity(text));

function volumesOf(pod: Pod, { name, volumeMounts = [] }: Container): HostConfig {
  const found = volumeMounts.map((mount) => ({
    mount,
    volume: pod.spec.volumes?.find((one) => one.name === mount.name),
  }));
  for (const { mount, volume } of found) {
    if (volume?.hostPath || (volume?.emptyDir && !mount.subPath)) continue;
    const kind = Object.keys(volume ?? {}).find((key) => key !== 'name') ?? 'no volume of the Pod';
    throw new Error(
      `Container ${name} mounts ${mount.name}, which is ${mount.subPath ? `subPath ${mount.subPath} of ` : ''}${kind}: ` +
        'containers in Docker have hostPath and whole emptyDir volumes only.',
    );
  }
  return {
    Binds: found.flatMap(({ mount, volume }) => (volume?.hostPath ? [bindOf(volume.hostPath.path, mount)] : [])),
    Mounts: found.flatMap(({ mount, volume }) => (volume?.emptyDir ? [mountOf(pod, mount)] : [])),
  };
}

/** A bind and no mount, since Docker makes the folder of a bind where there is none, as ECS promises for sourcePath. */
function bindOf(path: string, { subPath, mountPath, readOnly }: VolumeMount): string {
  const source = subPath ? `${path.replace(/\/$/, '')}/${subPath}` : path;
  return `${source}:${mountPath}${readOnly ? ':ro' : ''}`;
}

function mountOf(pod: Pod, { name, mountPath, readOnly = false }: VolumeMount) {
  return {
    Type: 'volume' as const,
    Source: volumeName(pod, name),
    Target: mountPath,
    ReadOnly: readOnly,
    // An emptyDir is empty, whatever the image has there.
    VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } },
  };
}
