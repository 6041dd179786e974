import type { ContainerCreateOptions } from 'dockerode';
import type { ContainerPort, Pod } from '../pod.ts';
import { containerName, labelsOf, volumeName } from './docker-names.ts';

export interface SandboxSetting {
  readonly image: string;
  readonly network: string;
  /** The address of the engine's host on which ports of Pods are published; absent: containers are dialled at their own. */
  readonly publishOn?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where a sandbox holds a Pod's volumes, so that what is in memory outlives the container that wrote it. */
export const volumesFolder = 'volumes';

/** The container that holds what the others of a Pod share: network, host name, DNS, IPC, sysctls. */
export function sandboxOptions(pod: Pod, setting: SandboxSetting): ContainerCreateOptions {
  const { spec } = pod;
  const ports = portsOf(pod);
  const host = hostNamespaces(pod);
  return {
    name: containerName(pod, 'POD', 0),
    Image: setting.image,
    // A shell for an image waits for input that never comes.
    OpenStdin: true,
    Labels: labelsOf(pod, 'POD', setting.labels),
    ...(!spec.hostNetwork && { Hostname: hostnameOf(pod) }),
    ...(!spec.hostNetwork && { ExposedPorts: Object.fromEntries(ports.map((port) => [keyOf(port), {}])) }),
    HostConfig: {
      NetworkMode: spec.hostNetwork ? 'host' : setting.network,
      IpcMode: 'shareable',
      ...host,
      ...(!spec.hostNetwork && { PortBindings: bindingsOf(ports, setting.publishOn) }),
      ...dnsOf(pod),
      ExtraHosts: extraHostsOf(pod),
      Sysctls: Object.fromEntries((spec.securityContext?.sysctls ?? []).map(({ name, value }) => [name, value])),
      Mounts: emptyDirsOf(pod).map(({ name }) => ({
        Type: 'volume',
        Source: volumeName(pod, name),
        Target: `/${volumesFolder}/${name}`,
      })),
    },
  };
}

export function keyOf({ containerPort, protocol = 'TCP' }: ContainerPort): string {
  return `${containerPort}/${protocol.toLowerCase()}`;
}

export function emptyDirsOf({ spec }: Pod): NonNullable<Pod['spec']['volumes']> {
  return (spec.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined);
}

/** A Pod's name may be longer than a host name (pkg/kubelet/util, GetNodenameForKernel and TruncatePodHostname). */
function hostnameOf({ spec, metadata }: Pod): string {
  return (spec.hostname ?? metadata.name).slice(0, 63).replace(/[-.]+$/, '');
}

function portsOf({ spec }: Pod): ContainerPort[] {
  const all = [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ ports = [] }) => ports);
  return [...new Map(all.map((port) => [keyOf(port), port])).values()];
}

function bindingsOf(ports: readonly ContainerPort[], publishOn: string | undefined) {
  const bindings = ports.map((port) => {
    const { hostPort, hostIP = '127.0.0.1' } = port;
    const published = publishOn === undefined ? [] : [{ HostIp: publishOn, HostPort: '' }];
    const wished = hostPort ? [{ HostIp: hostIP, HostPort: String(hostPort) }] : [];
    return [keyOf(port), [...published, ...wished]] as const;
  });
  return Object.fromEntries(bindings.filter(([, at]) => at.length > 0));
}

function hostNamespaces({ spec }: Pod) {
  return { ...(spec.hostIPC && { IpcMode: 'host' }), ...(spec.hostPID && { PidMode: 'host' }) };
}

function dnsOf({ spec: { dnsConfig = {} } }: Pod) {
  const { nameservers = [], searches = [], options = [] } = dnsConfig;
  return {
    ...(nameservers.length > 0 && { Dns: [...nameservers] }),
    ...(searches.length > 0 && { DnsSearch: [...searches] }),
    ...(options.length > 0 && {
      DnsOptions: options.map(({ name = '', value }) => (value === undefined ? name : `${name}:${value}`)),
    }),
  };
}

/** `host.docker.internal` is there on Docker Desktop by itself; elsewhere it has to be asked for. */
function extraHostsOf({ spec }: Pod): string[] {
  const aliases = (spec.hostAliases ?? []).flatMap(({ ip, hostnames = [] }) =>
    hostnames.map((name) => `${name}:${ip}`),
  );
  return spec.hostNetwork ? aliases : ['host.docker.internal:host-gateway', ...aliases];
}
