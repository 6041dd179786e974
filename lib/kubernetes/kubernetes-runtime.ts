import { applyOverrides } from '../model/overrides.ts';
import type { SecretSource } from '../runtime/secret-source.ts';
import type { TaskRuntime } from '../runtime/task-runtime.ts';
import type { Log } from '../util/log.ts';
import { type ApiClient, isStatus } from './api-client.ts';
import { createPod, deleteSecrets } from './create-pod.ts';
import { execInContainer } from './exec.ts';
import { selectorOf } from './labels.ts';
import { containerLogs } from './logs.ts';
import { createLostPods } from './lost-pods.ts';
import { taskNames } from './names.ts';
import { removeNamespaces } from './namespace-removal.ts';
import type { ManifestOptions } from './pod-manifest.ts';
import { type PodWatcher, createPodWatcher } from './pod-watcher.ts';
import type { Routes } from './routes.ts';
import { createStartGates } from './start-gates.ts';
import { warningsOf } from './warnings.ts';
import { type TaskObserver, createTaskObserver } from './task-observer.ts';

/** Tasks as Pods: one each, named `task-<task id>`. */
export function createKubernetesRuntime(
  api: ApiClient,
  options: ManifestOptions,
  secretSource: SecretSource,
  routes: Routes,
  log: Log,
): TaskRuntime {
  let observer: TaskObserver | undefined;
  let watcher: PodWatcher | undefined;
  const lostPods = createLostPods(api, log);
  const gates = createStartGates(api, options.instanceId, log);
  return {
    watch: async (listener) => {
      const observing = createTaskObserver(listener, gates, log);
      observer = observing;
      watcher = createPodWatcher({
        api,
        labelSelector: selectorOf('task', options.instanceId),
        log,
        onPod: (pod) => {
          observing.onPod(pod);
          lostPods.onPod(pod);
        },
        onGone: (key, pod) => {
          observing.onGone(key, pod);
          lostPods.onGone(key);
        },
      });
      await watcher.start();
    },
    run: async (launch) => {
      await createPod(api, launch, options, secretSource);
      for (const warning of warningsOf(applyOverrides(launch.definition, launch.overrides))) {
        log.warn(`${launch.taskArn}: ${warning}`);
      }
    },
    stop: async (taskArn) => {
      observer?.stopAsked(taskArn);
      if (await deletePod(api, taskArn)) return;
      await deleteSecrets(api, taskNames(taskArn));
      observer?.notFound(taskArn);
    },
    route: (location, port) => routes.direct(location, port),
    logs: (taskArn, container, logOptions) => containerLogs(api, taskArn, container, logOptions),
    exec: (taskArn, container, command, streams) => execInContainer(api, { taskArn, container, command }, streams),
    leaveClusters: (isWanted) => removeNamespaces(api, options.instanceId, isWanted, log),
    close: async () => {
      watcher?.close();
      observer?.close();
      gates.close();
      lostPods.close();
      api.close();
    },
  };
}

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
