import { resourceTypes, type ResourceType } from './resource-types.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** The documents by which clients learn what the API has. https://kubernetes.io/docs/reference/using-api/api-concepts/ */
export function discoveryDocument(path: string, serverAddress: string): object | undefined {
  switch (path) {
    case '/version':
      return {
        major: '1',
        minor: '34',
        gitVersion: 'v1.34.4+embedded',
        platform: `${process.platform}/${process.arch}`,
      };
    case '/api':
      return {
        kind: 'APIVersions',
        versions: ['v1'],
        serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
      };
    case '/apis':
      return { kind: 'APIGroupList', apiVersion: 'v1', groups: [discoveryGroup] };
    case '/apis/discovery.k8s.io':
      return { kind: 'APIGroup', apiVersion: 'v1', ...discoveryGroup };
    case '/api/v1':
      return resourceList(
        'v1',
        resourceTypes.filter(({ group }) => group === ''),
      );
    case '/apis/discovery.k8s.io/v1':
      return resourceList(
        'discovery.k8s.io/v1',
        resourceTypes.filter(({ group }) => group === 'discovery.k8s.io'),
      );
    default:
      return undefined;
  }
}

const version = { groupVersion: 'discovery.k8s.io/v1', version: 'v1' };
const discoveryGroup = { name: 'discovery.k8s.io', versions: [version], preferredVersion: version };

function resourceList(groupVersion: string, types: readonly ResourceType[]): object {
  const resources = types.flatMap((type) => [resource(type), ...subresources(type)]);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

function resource({ name, singular, namespaced, kind, shortNames }: ResourceType): object {
  const categories = name === 'pods' || name === 'services' ? { categories: ['all'] } : {};
  return {
    name,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...categories,
  };
}

function subresources({ name, namespaced, kind }: ResourceType): object[] {
  if (name !== 'pods') return [];
  const of = (sub: string, subKind: string, subVerbs: string[]) => ({
    name: `${name}/${sub}`,
    singularName: '',
    namespaced,
    kind: subKind,
    verbs: subVerbs,
  });
  return [
    { ...of('eviction', 'Eviction', ['create']), group: 'policy', version: 'v1' },
    of('exec', 'PodExecOptions', ['create', 'get']),
    of('log', kind, ['get']),
    of('portforward', 'PodPortForwardOptions', ['create', 'get']),
    of('status', kind, ['get', 'patch', 'update']),
  ];
}
