import { setTimeout as delay } from 'node:timers/promises';
import type { V1ContainerStateWaiting, V1ContainerStatus, V1EnvFromSource, V1Pod } from '@kubernetes/client-node';
import type { Log } from '../util/log.ts';
import { type ApiClient, isStatus } from './api-client.ts';
import { annotations, labels, objectLabels } from './labels.ts';

/**
 * A container refers to an empty ConfigMap, without which the kubelet does not create it; it gets no variable from it. So it
 * is held back until KECS makes the ConfigMap, whatever it waits for: an end with any exit code, for instance.
 */
export const startGate = (podName: string, container: string): V1EnvFromSource => ({
  configMapRef: { name: gateName(podName, container) },
});

const gateName = (podName: string, container: string): string => `${podName}-start-${container}`;

/** The Pod as if containers that are held back were just being created. */
export function withoutGates(pod: V1Pod): V1Pod {
  const { containerStatuses } = pod.status ?? {};
  if (!containerStatuses?.some((status) => isHeldBack(pod, status))) return pod;
  const statuses = containerStatuses.map((status) =>
    isHeldBack(pod, status) ? Object.assign({}, status, { state: creating }) : status,
  );
  return Object.assign({}, pod, { status: Object.assign({}, pod.status, { containerStatuses: statuses }) });
}

const creating = { waiting: { reason: 'ContainerCreating' } };

function isHeldBack({ metadata }: V1Pod, { name, state }: V1ContainerStatus): boolean {
  const { reason, message }: V1ContainerStateWaiting = state?.waiting ?? {};
  return reason === 'CreateContainerConfigError' && (message ?? '').includes(gateName(metadata?.name ?? '', name));
}

export interface StartGates {
  /** Lets these containers, by their Kubernetes names, start. Repeating it is harmless. */
  open(pod: V1Pod, containers: readonly string[]): void;
  close(): void;
}

/** The pause before what failed is tried again. */
const retryMs = 1000;

export function createStartGates(api: ApiClient, instanceId: string, log: Log): StartGates {
  const closed = new AbortController();
  /** By the uid of the Pod and the name of the container. */
  const underWay = new Set<string>();

  async function open(pod: V1Pod, containers: readonly string[]): Promise<void> {
    while (!closed.signal.aborted) {
      try {
        for (const container of containers) await createGate(api, pod, container, instanceId);
        return await wake(api, pod, containers);
      } catch (error) {
        if (isStatus(error, 404)) return;
        log.error(error, `Containers ${containers.join(', ')} of ${pod.metadata?.name} could not be let start yet.`);
        await delay(retryMs, undefined, { signal: closed.signal }).catch(() => undefined);
      }
    }
  }

  return {
    open: (pod, containers) => {
      const keyOf = (container: string) => `${pod.metadata?.uid} ${container}`;
      const known = startedOf(pod);
      const fresh = containers.filter(
        (container) => isGated(pod, container) && !known.includes(container) && !underWay.has(keyOf(container)),
      );
      if (fresh.length === 0) return;
      for (const container of fresh) underWay.add(keyOf(container));
      void open(pod, fresh).finally(() => fresh.forEach((container) => underWay.delete(keyOf(container))));
    },
    close: () => closed.abort(),
  };
}

const isGated = ({ metadata, spec }: V1Pod, container: string): boolean =>
  spec?.containers.some(
    ({ name, envFrom = [] }) =>
      name === container &&
      envFrom.some(({ configMapRef }) => configMapRef?.name === gateName(metadata?.name ?? '', container)),
  ) ?? false;

async function createGate(api: ApiClient, { metadata }: V1Pod, container: string, instanceId: string): Promise<void> {
  const { name = '', namespace = '', uid } = metadata ?? {};
  const owner = { apiVersion: 'v1', kind: 'Pod', name, uid };
  const gate = {
    name: gateName(name, container),
    labels: objectLabels('task-start', metadata?.labels?.[labels.taskId] ?? '', instanceId),
    ownerReferences: [owner],
  };
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: gate };
  await api.post(`/api/v1/namespaces/${namespace}/configmaps`, body).catch((error: unknown) => {
    if (!isStatus(error, 409)) throw error;
  });
}

/** The kubelet looks again at a Pod that failed to start a container after 10 to 15 s, and at one that changes at once. */
async function wake(api: ApiClient, pod: V1Pod, containers: readonly string[]): Promise<void> {
  const path = `/api/v1/namespaces/${pod.metadata?.namespace}/pods/${pod.metadata?.name}`;
  const started = [...new Set([...startedOf(pod), ...containers])].join(',');
  await api.patch(path, { metadata: { annotations: { [annotations.started]: started } } });
}

const startedOf = ({ metadata }: V1Pod): string[] =>
  (metadata?.annotations?.[annotations.started] ?? '').split(',').filter(Boolean);
