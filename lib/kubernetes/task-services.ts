import type { V1Service, V1ServiceList } from '@kubernetes/client-node';
import type { ServiceListener } from '../public-ip/service-network.ts';
import type { Log } from '../util/log.ts';
import { type ApiClient, isStatus } from './api-client.ts';
import { type ServiceType, selectorOf } from './labels.ts';
import { createInNamespace } from './namespaces.ts';
import { taskNames } from './names.ts';
import {
  type FoundService,
  type WantedService,
  foundService,
  isAsWanted,
  serviceManifest,
} from './service-manifest.ts';
import { serviceError } from './service-refusal.ts';
import { createWatcher, keyOf } from './watcher.ts';

/** Services of one type, of this instance's tasks. */
export interface TaskServicesOptions {
  readonly api: ApiClient;
  readonly type: ServiceType;
  readonly instanceId: string;
  readonly log: Log;
}

/** What every network of a provider does with the Services of its tasks. */
export function taskServicesOf({ api, type, instanceId, log }: TaskServicesOptions) {
  return {
    createService: (service: Omit<WantedService, 'type'>) => createTaskService(api, { ...service, type }, instanceId),
    deleteService: (taskArn: string) => deleteTaskService(api, taskArn),
    listServices: async (): Promise<FoundService[]> => {
      const { items } = await api.get<V1ServiceList>('/api/v1/services', {
        labelSelector: selectorOf(type, instanceId),
      });
      return items.flatMap((service) => foundService(service) ?? []);
    },
    watchServices: (listener: ServiceListener<FoundService>) =>
      watchTaskServices({ api, type, instanceId, log }, listener),
  };
}

export async function findTaskService(api: ApiClient, taskArn: string): Promise<FoundService | undefined> {
  const service = await readTaskService(api, taskArn);
  return service && foundService(service);
}

/** Creates a task's Service, or leaves the one alone that is as wanted. */
async function createTaskService(api: ApiClient, service: WantedService, instanceId: string): Promise<void> {
  try {
    await createInNamespace(api, taskNames(service.taskArn), 'services', serviceManifest(service, instanceId));
  } catch (error) {
    // Of a Service that exists the API server may say either: the name, or one of its NodePorts, is taken.
    const existing =
      isStatus(error, 409) || isStatus(error, 422) ? await readTaskService(api, service.taskArn) : undefined;
    if (!existing) throw serviceError(error);
    if (existing.metadata?.deletionTimestamp !== undefined) throw stillLeaving(service.taskArn, error);
    if (isAsWanted(existing, service)) return;
    await deleteTaskService(api, service.taskArn);
    await createTaskService(api, service, instanceId);
  }
}

async function deleteTaskService(api: ApiClient, taskArn: string): Promise<void> {
  await api.delete(servicePath(taskArn)).catch((error: unknown) => {
    if (!isStatus(error, 404)) throw error;
  });
}

async function readTaskService(api: ApiClient, taskArn: string): Promise<V1Service | undefined> {
  try {
    return await api.get<V1Service>(servicePath(taskArn));
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/** Calls the listener for each Service that is there, changes or goes away, until the answer is called. */
function watchTaskServices(
  { api, type, instanceId, log }: TaskServicesOptions,
  listener: ServiceListener<FoundService>,
): () => void {
  const taskArns = new Map<string, string>();
  const watcher = createWatcher<V1Service>({
    api,
    path: '/api/v1/services',
    labelSelector: selectorOf(type, instanceId),
    log,
    onObject: (object) => {
      const service = foundService(object);
      if (!service) return;
      taskArns.set(keyOf(object), service.taskArn);
      listener.present?.(service);
    },
    onGone: (key) => {
      const taskArn = taskArns.get(key);
      taskArns.delete(key);
      if (taskArn !== undefined) listener.gone(taskArn);
    },
  });
  void watcher.start();
  return () => watcher.close();
}

function stillLeaving(taskArn: string, cause: unknown): Error {
  const { namespace, name } = taskNames(taskArn);
  return new Error(
    `The Service ${name} in the namespace ${namespace} was deleted and its finalizers still keep it; it can be made again when they are done.`,
    { cause },
  );
}

const servicePath = (taskArn: string): string => {
  const { namespace, name } = taskNames(taskArn);
  return `/api/v1/namespaces/${namespace}/services/${name}`;
};
