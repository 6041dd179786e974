import type { KubernetesObject, V1Namespace, V1NamespaceList } from '@kubernetes/client-node';
import type { Log } from '../util/log.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import { annotations, labels } from './labels.ts';
import { type NamespacedKind, namespacedKinds } from './namespaced-kinds.ts';

export type IsWanted = (clusterName: string, region: string) => boolean;

/** Deletes the namespaces that this instance made for clusters which are not wanted any more, unless others have put something into them. */
export async function removeNamespaces(
  api: ApiClient,
  instanceId: string,
  isWanted: IsWanted,
  log: Log,
): Promise<void> {
  const labelSelector = `${labels.managedBy}=kecs,${labels.instance}=${instanceId}`;
  const { items } = await api.get<V1NamespaceList>('/api/v1/namespaces', { labelSelector });
  const unwanted = items.filter((namespace) => isUnwanted(namespace, isWanted));
  if (unwanted.length === 0) return;
  const kinds = await namespacedKinds(api);
  for (const namespace of unwanted) {
    const name = namespace.metadata?.name ?? '';
    const foreign = await findForeign(api, name, kinds, instanceId);
    // Asked again: the cluster may have been created anew meanwhile.
    if (!isUnwanted(namespace, isWanted)) continue;
    if (!foreign) await api.delete(`/api/v1/namespaces/${name}`);
    else if (foreign.instance !== undefined) await handOver(api, name, foreign.instance);
    else log.info(`The namespace ${name} of a deleted cluster stays, for KECS did not make ${foreign.what} in it.`);
  }
}

/** One whose annotations somebody took away is nobody's to delete. */
function isUnwanted({ metadata }: V1Namespace, isWanted: IsWanted): boolean {
  const { [annotations.cluster]: clusterName, [annotations.region]: region } = metadata?.annotations ?? {};
  if (clusterName === undefined || region === undefined || metadata?.deletionTimestamp !== undefined) return false;
  return !isWanted(clusterName, region);
}

/** The last KECS that uses a namespace deletes it. */
const handOver = (api: ApiClient, name: string, instance: string): Promise<void> =>
  api.patch(`/api/v1/namespaces/${name}`, { metadata: { labels: { [labels.instance]: instance } } });

interface List {
  readonly items: readonly KubernetesObject[];
}

interface Foreign {
  readonly what: string;
  /** Of another KECS. */
  readonly instance?: string | undefined;
}

/** Something in the namespace that is not of this instance, or why that cannot be known. */
async function findForeign(
  api: ApiClient,
  namespace: string,
  kinds: readonly NamespacedKind[],
  instanceId: string,
): Promise<Foreign | undefined> {
  for (const { path, name } of kinds) {
    try {
      const { items } = await api.get<List>(`${path}/namespaces/${namespace}/${name}`);
      const foreign = items.find((item) => !isOwn(item, instanceId) && !isMadeByKubernetes(name, item));
      const { metadata } = foreign ?? {};
      if (foreign) return { what: `${name}/${metadata?.name}`, instance: metadata?.labels?.[labels.instance] };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { what: `${name} perhaps (${error.message})` };
    }
  }
  return undefined;
}

const isOwn = ({ metadata }: KubernetesObject, instanceId: string): boolean =>
  metadata?.labels?.[labels.instance] === instanceId;

/** Every namespace has them ("ServiceAccounts" and "kube-root-ca.crt" in the Kubernetes documentation). */
const isMadeByKubernetes = (kind: string, { metadata }: KubernetesObject): boolean =>
  (kind === 'serviceaccounts' && metadata?.name === 'default') ||
  (kind === 'configmaps' && metadata?.name === 'kube-root-ca.crt');
