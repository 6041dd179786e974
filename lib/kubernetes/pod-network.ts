import type { V1HostAlias, V1PodSpec } from '@kubernetes/client-node';
import type { ContainerDefinition, TaskDefinition } from '../model/task-definition.ts';
import { TaskRefused } from '../runtime/task-runtime.ts';

/** A Pod has one network, as a task in awsvpc mode has: what ECS says per container holds for all of them. */
export function podNetwork(definition: TaskDefinition): Partial<V1PodSpec> {
  const containers = definition.containerDefinitions ?? [];
  const hostname = hostnameOf(containers);
  const hostAliases = hostAliasesOf(containers);
  return {
    ...(definition.networkMode === 'host' && { hostNetwork: true }),
    ...(hostname && { hostname }),
    ...(hostAliases.length > 0 && { hostAliases }),
    ...dnsOf(definition, containers),
  };
}

function hostnameOf(containers: readonly ContainerDefinition[]): string | undefined {
  const hostnames = unique(containers.flatMap(({ hostname }) => (hostname ? [hostname] : [])));
  if (hostnames.length > 1) {
    throw new TaskRefused(
      `The containers have hostnames ${hostnames.join(' and ')}, and a Pod has one for all. Give one container a hostname.`,
    );
  }
  return hostnames[0];
}

function hostAliasesOf(containers: readonly ContainerDefinition[]): V1HostAlias[] {
  const extra = containers.flatMap(({ extraHosts = [] }) =>
    extraHosts.map(({ hostname = '', ipAddress = '' }) => ({ ip: ipAddress, hostnames: [hostname] })),
  );
  const linked = unique(containers.flatMap(({ links = [] }) => links.flatMap((link) => link.split(':'))));
  return linked.length > 0 ? [...extra, { ip: '127.0.0.1', hostnames: linked }] : extra;
}

function dnsOf({ networkMode }: TaskDefinition, containers: readonly ContainerDefinition[]): Partial<V1PodSpec> {
  const nameservers = unique(containers.flatMap(({ dnsServers = [] }) => dnsServers));
  const searches = unique(containers.flatMap(({ dnsSearchDomains = [] }) => dnsSearchDomains));
  if (nameservers.length === 0 && searches.length === 0) {
    // "DNS for Services and Pods": a Pod on the node's network resolves Services only with this policy.
    return networkMode === 'host' ? { dnsPolicy: 'ClusterFirstWithHostNet' } : {};
  }
  return {
    ...(nameservers.length > 0 && { dnsPolicy: 'None' }),
    dnsConfig: { ...(nameservers.length > 0 && { nameservers }), ...(searches.length > 0 && { searches }) },
  };
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
