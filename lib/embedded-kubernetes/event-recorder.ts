import { kubernetesTime, type KubernetesObject } from './kubernetes-object.ts';
import type { Registry } from './registry.ts';
import { events, namespaces } from './resource-types.ts';

/** Kubernetes keeps an Event for an hour; here the newest so many are kept. */
const kept = 2000;

export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  readonly fieldPath?: string;
}

/** Writes the Events that `kubectl describe` shows under an object. */
export class EventRecorder {
  readonly #registry: Registry;
  #count = 0;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  record(about: KubernetesObject, { type, reason, message, component, fieldPath }: EventNote): void {
    const { name, namespace = 'default', uid, resourceVersion } = about.metadata;
    const { storage } = this.#registry;
    const home = storage.get(namespaces, undefined, namespace);
    if (!home || home.metadata.deletionTimestamp) return;
    const now = kubernetesTime(new Date());
    this.#registry.create(events, namespace, {
      metadata: { name: `${name}.${Date.now().toString(16)}${(this.#count++).toString(16).padStart(6, '0')}` },
      involvedObject: {
        kind: about.kind,
        namespace,
        name,
        uid,
        apiVersion: about.apiVersion,
        resourceVersion,
        ...(fieldPath && { fieldPath }),
      },
      reason,
      message,
      source: { component, host: 'embedded' },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      type,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: 'embedded',
    });
    const all = storage.list(events);
    for (const old of all.slice(0, Math.max(0, all.length - kept))) storage.remove(events, old);
  }
}
