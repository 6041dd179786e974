import { isDeepStrictEqual } from 'node:util';
import { apiVersionOf, type ResourceType } from './resource-types.ts';
import { alreadyExists, expired } from './status-error.ts';
import type { KubernetesObject } from './kubernetes-object.ts';

export interface StorageEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: ResourceType;
  readonly version: number;
  readonly object: KubernetesObject;
  /** What the object was before, for watches whose selector it has entered or left. */
  readonly previous?: KubernetesObject;
}

export type StorageListener = (event: StorageEvent) => void;

/** What etcd and the watch cache are to the API server: objects, one counter of versions, and a bounded history. */
export class ObjectStorage {
  readonly #objects = new Map<ResourceType, Map<string, KubernetesObject>>();
  readonly #history: StorageEvent[] = [];
  readonly #listeners = new Map<StorageListener, number>();
  readonly #undelivered: StorageEvent[] = [];
  readonly #historyLimit: number;
  #delivering = false;
  #version = 1;
  #oldestVersion = 1;

  constructor(historyLimit = 20_000) {
    this.#historyLimit = historyLimit;
  }

  get version(): number {
    return this.#version;
  }

  get(resource: ResourceType, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.#table(resource).get(keyOf(namespace, name));
  }

  list(resource: ResourceType, namespace?: string): KubernetesObject[] {
    const all = [...this.#table(resource).values()];
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  create(resource: ResourceType, object: KubernetesObject): KubernetesObject {
    const { namespace, name } = object.metadata;
    if (this.get(resource, namespace, name)) throw alreadyExists(resource, name);
    return this.#store('ADDED', resource, object);
  }

  /** Stores the new state of an object that exists; the same state again changes nothing and is no event. */
  replace(resource: ResourceType, object: KubernetesObject): KubernetesObject {
    const previous = this.get(resource, object.metadata.namespace, object.metadata.name);
    if (previous && isDeepStrictEqual(stamped(resource, object, previous.metadata.resourceVersion), previous)) {
      return previous;
    }
    return this.#store('MODIFIED', resource, object, previous);
  }

  remove(resource: ResourceType, object: KubernetesObject): KubernetesObject {
    return this.#store('DELETED', resource, object, object);
  }

  /** Delivers each event after the version `after`, in order, never twice. Returns the way to end that. */
  watch(after: number, listener: StorageListener): () => void {
    if (after < this.#oldestVersion) throw expired(after, this.#oldestVersion);
    this.#listeners.set(listener, this.#version);
    const start = this.#history.findLastIndex(({ version }) => version <= after) + 1;
    for (const event of this.#history.slice(start)) listener(event);
    return () => void this.#listeners.delete(listener);
  }

  #store(
    type: StorageEvent['type'],
    resource: ResourceType,
    object: KubernetesObject,
    previous?: KubernetesObject,
  ): KubernetesObject {
    const version = ++this.#version;
    const stored = stamped(resource, object, String(version));
    const key = keyOf(stored.metadata.namespace, stored.metadata.name);
    if (type === 'DELETED') this.#table(resource).delete(key);
    else this.#table(resource).set(key, stored);
    this.#publish({ type, resource, version, object: stored, ...(previous && { previous }) });
    return stored;
  }

  /** A listener may store something itself: what it causes waits until everybody has heard of the cause. */
  #publish(event: StorageEvent): void {
    this.#remember(event);
    this.#undelivered.push(event);
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let next = this.#undelivered.shift(); next; next = this.#undelivered.shift()) this.#deliver(next);
    } finally {
      this.#delivering = false;
    }
  }

  #deliver(event: StorageEvent): void {
    for (const [listener, from] of this.#listeners) if (event.version > from) listener(event);
  }

  #remember(event: StorageEvent): void {
    this.#history.push(event);
    // Forgets in batches, so that the usual write moves no array.
    if (this.#history.length < this.#historyLimit * 1.25) return;
    const forgotten = this.#history.splice(0, this.#history.length - this.#historyLimit);
    this.#oldestVersion = forgotten.at(-1)?.version ?? this.#oldestVersion;
  }

  #table(resource: ResourceType): Map<string, KubernetesObject> {
    let table = this.#objects.get(resource);
    if (!table) this.#objects.set(resource, (table = new Map()));
    return table;
  }
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

function stamped(resource: ResourceType, object: KubernetesObject, resourceVersion?: string): KubernetesObject {
  const metadata = { ...object.metadata, ...(resourceVersion && { resourceVersion }) };
  return { ...object, kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
}
