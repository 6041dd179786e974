import { applyOverrides } from '../model/overrides.ts';
import { type TaskLaunch, TaskRefused, type TaskRuntime } from '../runtime/task-runtime.ts';
import type { Log } from '../util/log.ts';
import { type ApiClient, type ApiError, isStatus } from './api-client.ts';
import { execInContainer } from './exec.ts';
import { selectorOf } from './labels.ts';
import { containerLogs } from './logs.ts';
import { createInNamespace } from './namespaces.ts';
import { taskNames } from './names.ts';
import { type ManifestOptions, podManifest } from './pod-manifest.ts';
import { type PodWatcher, createPodWatcher } from './pod-watcher.ts';
import type { Routes } from './routes.ts';
import { warningsOf } from './warnings.ts';
import { type TaskObserver, createTaskObserver } from './task-observer.ts';

/** Tasks as Pods: one each, named `task-<task id>`. */
export function createKubernetesRuntime(
  api: ApiClient,
  options: ManifestOptions,
  routes: Routes,
  log: Log,
): TaskRuntime {
  let observer: TaskObserver | undefined;
  let watcher: PodWatcher | undefined;
  return {
    watch: async (listener) => {
      const observing = createTaskObserver(listener, log);
      observer = observing;
      watcher = createPodWatcher({ api, labelSelector: selectorOf('task', options.instanceId), log, ...observing });
      await watcher.start();
    },
    run: async (launch) => {
      for (const warning of warningsOf(applyOverrides(launch.definition, launch.overrides))) {
        log.warn(`${launch.taskArn}: ${warning}`);
      }
      await createPod(api, launch, options);
    },
    stop: async (taskArn) => {
      observer?.stopAsked(taskArn);
      if (!(await deletePod(api, taskArn))) observer?.notFound(taskArn);
    },
    route: (location, port) => routes.direct(location, port),
    logs: (taskArn, container, logOptions) => containerLogs(api, taskArn, container, logOptions),
    exec: (taskArn, container, command, streams) => execInContainer(api, { taskArn, container, command }, streams),
    close: async () => {
      watcher?.close();
      observer?.close();
      api.close();
    },
  };
}

async function createPod(api: ApiClient, launch: TaskLaunch, options: ManifestOptions): Promise<void> {
  try {
    await createInNamespace(api, taskNames(launch.taskArn), 'pods', podManifest(launch, options));
  } catch (error) {
    if (isStatus(error, 409)) return;
    if (isRefusal(error)) throw new TaskRefused(`Kubernetes refused the task: ${error.message}`, { cause: error });
    throw error;
  }
}

/** 422: the Pod is not valid; 403: an admission policy forbids it, not the state of things, e.g. a namespace that is being deleted. */
const isRefusal = (error: unknown): error is ApiError =>
  isStatus(error, 422) || (isStatus(error, 403) && !error.message.includes('because it is being terminated'));

/** The grace period is the Pod's own. @returns false when there is no such Pod */
async function deletePod(api: ApiClient, taskArn: string): Promise<boolean> {
  const { namespace, name } = taskNames(taskArn);
  try {
    await api.delete(`/api/v1/namespaces/${namespace}/pods/${name}`);
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}
