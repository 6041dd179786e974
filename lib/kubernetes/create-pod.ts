import type { V1Pod, V1Secret } from '@kubernetes/client-node';
import { applyOverrides } from '../model/overrides.ts';
import type { SecretSource } from '../runtime/secret-source.ts';
import { readTaskSecrets } from '../runtime/task-secrets.ts';
import { type TaskLaunch, TaskRefused } from '../runtime/task-runtime.ts';
import { type ApiClient, type ApiError, isStatus } from './api-client.ts';
import { labels } from './labels.ts';
import { createInNamespace } from './namespaces.ts';
import { type TaskNames, taskNames } from './names.ts';
import { type ManifestOptions, podManifest } from './pod-manifest.ts';
import { secretManifests } from './secret-manifests.ts';

/** Creates a task's Pod and what that refers to. A Pod that is there already stays as it is. @throws TaskRefused */
export async function createPod(
  api: ApiClient,
  launch: TaskLaunch,
  options: ManifestOptions,
  source: SecretSource,
): Promise<void> {
  const task = taskNames(launch.taskArn);
  const pod = podManifest(launch, options);
  const definition = applyOverrides(launch.definition, launch.overrides);
  const secrets = secretManifests(
    launch,
    definition,
    await readTaskSecrets(definition, launch, source),
    options.instanceId,
  );
  for (const secret of secrets) await createUnlessThere(api, task, 'secrets', secret);
  try {
    await createUnlessThere(api, task, 'pods', pod);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (secrets.length > 0) await deleteSecrets(api, task);
    throw new TaskRefused(`Kubernetes refused the task: ${error.message}`, { cause: error });
  }
  if (secrets.length > 0) await giveToPod(api, task, secrets);
}

/** The Secrets of a task that has no Pod to take them along. */
export async function deleteSecrets(api: ApiClient, { namespace, taskId }: TaskNames): Promise<void> {
  const selector = encodeURIComponent(`${labels.taskId}=${taskId}`);
  await api.delete(`/api/v1/namespaces/${namespace}/secrets?labelSelector=${selector}`).catch((error: unknown) => {
    // Who may not delete Secrets has made none.
    if (!isStatus(error, 404) && !isStatus(error, 403)) throw error;
  });
}

async function createUnlessThere(api: ApiClient, task: TaskNames, kind: string, body: object): Promise<void> {
  await createInNamespace(api, task, kind, body).catch((error: unknown) => {
    if (!isStatus(error, 409)) throw error;
  });
}

/** Only now has the Pod the uid by which Kubernetes removes the Secrets with it ("Owners and Dependents"). */
async function giveToPod(api: ApiClient, { namespace, name }: TaskNames, secrets: readonly V1Secret[]): Promise<void> {
  const { metadata } = await api.get<V1Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`);
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name, uid: metadata?.uid }];
  for (const secret of secrets) {
    await api.patch(`/api/v1/namespaces/${namespace}/secrets/${secret.metadata?.name}`, {
      metadata: { ownerReferences },
    });
  }
}

/** 422: the Pod is not valid; 403: an admission policy forbids it, not the state of things, e.g. a namespace that is being deleted. */
const isRefusal = (error: unknown): error is ApiError =>
  isStatus(error, 422) || (isStatus(error, 403) && !error.message.includes('because it is being terminated'));
