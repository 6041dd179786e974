export interface ResourceType {
  /** The plural in paths. */
  readonly name: string;
  readonly singular: string;
  readonly kind: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  /** Deletion answers the object rather than a Status, as the real API server's registry has it per resource. */
  readonly returnsDeleted: boolean;
}

const core = { group: '', version: 'v1', namespaced: true, returnsDeleted: false } as const;

export const namespaces: ResourceType = {
  ...core,
  name: 'namespaces',
  singular: 'namespace',
  kind: 'Namespace',
  namespaced: false,
  shortNames: ['ns'],
  returnsDeleted: true,
};
export const nodes: ResourceType = {
  ...core,
  name: 'nodes',
  singular: 'node',
  kind: 'Node',
  namespaced: false,
  shortNames: ['no'],
};
export const pods: ResourceType = {
  ...core,
  name: 'pods',
  singular: 'pod',
  kind: 'Pod',
  shortNames: ['po'],
  returnsDeleted: true,
};
export const services: ResourceType = {
  ...core,
  name: 'services',
  singular: 'service',
  kind: 'Service',
  shortNames: ['svc'],
  returnsDeleted: true,
};
export const secrets: ResourceType = { ...core, name: 'secrets', singular: 'secret', kind: 'Secret', shortNames: [] };
export const configMaps: ResourceType = {
  ...core,
  name: 'configmaps',
  singular: 'configmap',
  kind: 'ConfigMap',
  shortNames: ['cm'],
};
export const events: ResourceType = { ...core, name: 'events', singular: 'event', kind: 'Event', shortNames: ['ev'] };
export const endpointSlices: ResourceType = {
  ...core,
  name: 'endpointslices',
  singular: 'endpointslice',
  kind: 'EndpointSlice',
  group: 'discovery.k8s.io',
  shortNames: [],
};

export const resourceTypes: readonly ResourceType[] = [
  configMaps,
  events,
  namespaces,
  nodes,
  pods,
  secrets,
  services,
  endpointSlices,
];

export function apiVersionOf(type: ResourceType): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}
