import type { V1Node, V1Pod } from '@kubernetes/client-node';
import type { Log } from '../util/log.ts';
import { type ApiClient, isStatus } from './api-client.ts';
import { podKey } from './pod-watcher.ts';

/** Ends Pods that nobody else ends: their node is lost. */
export interface LostPods {
  onPod(pod: V1Pod): void;
  onGone(key: string): void;
  close(): void;
}

/** After a Pod's grace period its kubelet needs a moment to say that the containers ended. */
const marginMs = 30_000;

/**
 * A Pod on a node that does not answer "will never leave the Terminating state" by itself ("Non-graceful node shutdown
 * handling", Kubernetes documentation), and its task would be STOPPING for ever and keep its ports; ECS calls the tasks of
 * a lost host STOPPED. Such a Pod is deleted by force ("Force Stateful Set Pod deletion", same place).
 */
export function createLostPods(api: ApiClient, log: Log, margin = marginMs): LostPods {
  const timers = new Map<string, NodeJS.Timeout>();

  function check(pod: V1Pod, inMs: number): void {
    const key = podKey(pod);
    clearTimeout(timers.get(key));
    timers.set(key, setTimeout(() => void endIfLost(pod), inMs).unref());
  }

  async function endIfLost(pod: V1Pod): Promise<void> {
    const { namespace, name } = pod.metadata ?? {};
    try {
      if (await isNodeReady(api, pod.spec?.nodeName)) return check(pod, margin);
      log.warn(`Node ${pod.spec?.nodeName} is lost, and Pod ${name} with it; it is deleted by force.`);
      await api.delete(`/api/v1/namespaces/${namespace}/pods/${name}`, { gracePeriodSeconds: 0 });
    } catch (error) {
      if (isStatus(error, 404)) return;
      log.debug(`Pod ${name} could not be looked after: ${(error as Error).message}`);
      check(pod, margin);
    }
  }

  const forget = (key: string) => {
    clearTimeout(timers.get(key));
    timers.delete(key);
  };

  return {
    onPod: (pod) => {
      // It is the time at which the grace period is over (API reference, ObjectMeta.deletionTimestamp).
      const { deletionTimestamp } = pod.metadata ?? {};
      if (!deletionTimestamp || !pod.spec?.nodeName) return;
      check(pod, Math.max(0, new Date(deletionTimestamp).getTime() - Date.now()) + margin);
    },
    onGone: forget,
    close: () => [...timers.keys()].forEach(forget),
  };
}

async function isNodeReady(api: ApiClient, nodeName: string | undefined): Promise<boolean> {
  try {
    const { status } = await api.get<V1Node>(`/api/v1/nodes/${nodeName}`);
    return status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True') ?? false;
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}
