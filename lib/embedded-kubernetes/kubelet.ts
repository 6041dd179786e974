import type { ContainerWorker } from './container-worker.ts';
import type { Pod } from './pod.ts';
import { kubernetesTime } from './kubernetes-object.ts';
import type { StorageEvent } from './object-storage.ts';
import { PodWorker, type Node } from './pod-worker.ts';
import { pods } from './resource-types.ts';

/** The one node: takes every Pod (the scheduler's part), runs it, and ends it. */
export class Kubelet {
  readonly #node: Node;
  readonly #workers = new Map<string, PodWorker>();
  readonly #stopWatching: () => void;

  /** Host processes would outlive a program that exits without closing. */
  readonly #killAll = () => {
    for (const worker of this.#workers.values()) void worker.close();
  };

  constructor(node: Node) {
    this.#node = node;
    process.on('exit', this.#killAll);
    const { storage } = node.registry;
    this.#stopWatching = storage.watch(storage.version, (event) => {
      if (event.resource === pods) this.#observe(event);
    });
  }

  container(pod: Pod, name: string): ContainerWorker | undefined {
    return this.#workers.get(pod.metadata.uid ?? '')?.find(name);
  }

  async close(): Promise<void> {
    this.#stopWatching();
    process.off('exit', this.#killAll);
    await Promise.all([...this.#workers.values()].map((worker) => worker.close()));
    await this.#node.runtime.close();
  }

  #observe({ type, object, previous }: StorageEvent): void {
    const pod = object as Pod;
    const uid = pod.metadata.uid ?? '';
    const worker = this.#workers.get(uid);
    if (type === 'DELETED') {
      void worker?.abandon().then(() => this.#workers.delete(uid));
    } else if (type === 'ADDED') this.#take(pod);
    else if (isNewGracePeriod(pod, previous)) worker?.terminate(pod);
  }

  #take(pod: Pod): void {
    const worker = new PodWorker(pod, this.#node);
    this.#workers.set(pod.metadata.uid ?? '', worker);
    this.#schedule(pod);
    worker.run().catch((error: Error) => this.#node.warn(`Pod ${pod.metadata.name} is not run on: ${error.stack}`));
  }

  #schedule(pod: Pod): void {
    const { registry, recorder } = this.#node;
    const at = kubernetesTime(new Date());
    const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: at } as const;
    const spec = { ...pod.spec, nodeName: nodeName };
    registry.storage.replace(pods, { ...pod, spec, status: { ...pod.status, conditions: [scheduled] } });
    const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${nodeName}`;
    recorder.record(pod, { type: 'Normal', reason: 'Scheduled', message, component: 'default-scheduler' });
  }
}

export const nodeName = 'embedded';

/** A deletion was asked for, or asked for again with less time. Zero is the node's own last word. */
function isNewGracePeriod({ metadata }: Pod, previous: StorageEvent['previous']): boolean {
  const { deletionGracePeriodSeconds: grace = 0 } = metadata;
  return grace > 0 && grace !== previous?.metadata.deletionGracePeriodSeconds;
}
