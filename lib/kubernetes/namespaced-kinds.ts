import type { V1APIGroupList, V1APIResourceList } from '@kubernetes/client-node';
import type { ApiClient } from './api-client.ts';

export interface NamespacedKind {
  /** Such as /apis/apps/v1. */
  readonly path: string;
  /** The plural, such as deployments. */
  readonly name: string;
}

/** What Kubernetes itself derives from other objects, and measures of them. */
const derived = ['events', 'endpoints', 'endpointslices', 'PodMetrics'];

/** Every kind of object that can lie in a namespace of this cluster, custom ones included ("API discovery", Kubernetes documentation). */
export async function namespacedKinds(api: ApiClient): Promise<NamespacedKind[]> {
  const { groups } = await api.get<V1APIGroupList>('/apis');
  const paths = groups.map(
    ({ preferredVersion, versions }) => `/apis/${(preferredVersion ?? versions[0])?.groupVersion}`,
  );
  const found = await Promise.all(['/api/v1', ...paths].map((path) => kindsIn(api, path)));
  return found.flat();
}

async function kindsIn(api: ApiClient, path: string): Promise<NamespacedKind[]> {
  const { resources } = await api.get<V1APIResourceList>(path);
  return resources
    .filter(({ namespaced, verbs, name }) => namespaced && verbs.includes('list') && !name.includes('/'))
    .filter(({ name, kind }) => !derived.includes(name) && !derived.includes(kind))
    .map(({ name }) => ({ path, name }));
}
