import { setTimeout as delay } from 'node:timers/promises';
import type { KubernetesObject } from '@kubernetes/client-node';
import { type ApiClient, ApiError, isStatus } from './api-client.ts';
import { annotations, labels } from './labels.ts';
import type { TaskNames } from './names.ts';

/** How long a new namespace may take to get its service account. */
const serviceAccountLimitMs = 15_000;

/** Creates an object in a task's namespace, and the namespace on its first use: the usual case is one request. */
export async function createInNamespace(
  api: ApiClient,
  task: TaskNames,
  kind: string,
  body: KubernetesObject,
): Promise<void> {
  const path = `/api/v1/namespaces/${task.namespace}/${kind}`;
  const deadline = Date.now() + serviceAccountLimitMs;
  for (;;) {
    try {
      return await api.post(path, body);
    } catch (error) {
      if (isStatus(error, 404)) await createNamespace(api, task, body);
      else if (isServiceAccountMissing(error) && Date.now() < deadline) await delay(20);
      else throw error;
    }
  }
}

/** It carries the instance of what it is made for, which may delete it again. */
async function createNamespace(
  api: ApiClient,
  { namespace, clusterName, region }: TaskNames,
  { metadata: { labels: own } = {} }: KubernetesObject,
): Promise<void> {
  const metadata = {
    name: namespace,
    labels: { [labels.managedBy]: 'kecs', [labels.instance]: own?.[labels.instance] },
    annotations: { [annotations.cluster]: clusterName, [annotations.region]: region },
  };
  await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata }).catch((error: unknown) => {
    if (!isStatus(error, 409)) throw error;
  });
}

/** The service account admission plugin refuses Pods until a controller has given the namespace its default account. */
const isServiceAccountMissing = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 403 && error.message.includes('error looking up service account');
