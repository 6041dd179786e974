import { randomBytes, randomUUID } from 'node:crypto';
import { isPodFinished, type Pod } from './pod.ts';
import { kubernetesTime, type KubernetesObject } from './kubernetes-object.ts';
import type { ObjectStorage } from './object-storage.ts';
import { withPodDefaults } from './pod-defaults.ts';
import { namespaces, pods, resourceTypes, secrets, services, type ResourceType } from './resource-types.ts';
import { withAllocated, withServiceDefaults, type NodePortRange } from './service-defaults.ts';
import type { Service } from './service.ts';
import { refuseBadName, refuseNewSpec } from './object-rules.ts';
import { withNamespaceDefaults, withSecretDefaults } from './object-defaults.ts';
import { badRequest, conflict, forbidden, invalid, notFound } from './status-error.ts';

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** The rules of the API server for each resource: what a write must obey, and what is filled in. */
export class Registry {
  readonly storage: ObjectStorage;
  readonly #nodePorts: NodePortRange;

  constructor(storage: ObjectStorage, nodePorts: NodePortRange) {
    this.storage = storage;
    this.#nodePorts = nodePorts;
  }

  get(type: ResourceType, namespace: string | undefined, name: string): KubernetesObject {
    const found = this.storage.get(type, namespace, name);
    if (!found) throw notFound(type, name);
    return found;
  }

  create(type: ResourceType, namespace: string | undefined, body: KubernetesObject): KubernetesObject {
    const metadata = this.#newMetadata(type, namespace, body);
    return this.storage.create(type, this.#withDefaults(type, { ...body, metadata }));
  }

  /** @param subresource `status` changes nothing but the status, the main resource everything but it. */
  update(
    type: ResourceType,
    current: KubernetesObject,
    body: KubernetesObject,
    subresource?: 'status',
  ): KubernetesObject {
    const { name, uid, resourceVersion, creationTimestamp, namespace, ...rest } = current.metadata;
    const wanted = body.metadata?.resourceVersion;
    if (wanted && wanted !== resourceVersion) throw conflict(type, name, staleness);
    if (body.metadata?.uid && body.metadata.uid !== uid) {
      throw conflict(
        type,
        name,
        `Precondition failed: UID in precondition: ${body.metadata.uid}, UID in object meta: ${uid}`,
      );
    }
    if (subresource === 'status') return this.storage.replace(type, { ...current, status: body['status'] });
    if (body.metadata.name !== name) throw badRequest('the name of the object does not match the name on the URL');
    if (type === pods) refuseNewSpec(current as Pod, body as Pod);
    const fixed = { name, uid, resourceVersion, creationTimestamp, ...(namespace && { namespace }) };
    const kept = {
      deletionTimestamp: rest.deletionTimestamp,
      deletionGracePeriodSeconds: rest.deletionGracePeriodSeconds,
    };
    const metadata = withoutUndefined({ ...body.metadata, ...kept, generation: rest.generation, ...fixed });
    const status = current.status === undefined ? {} : { status: current.status };
    const next = { ...body, ...status, metadata } as KubernetesObject;
    if (type === pods) return this.storage.replace(type, next);
    const complete = type === services ? withAllocated(next as Service, current as Service) : next;
    return this.storage.replace(type, this.#withDefaults(type, complete));
  }

  /** Deletes at once, or marks a Pod for the kubelet and a Namespace for its contents to go first. Answers the object as it is then. */
  delete(
    type: ResourceType,
    object: KubernetesObject,
    options: DeleteOptions,
  ): { object: KubernetesObject; gone: boolean } {
    this.#checkPreconditions(type, object, options);
    if (type === namespaces) return this.#deleteNamespace(object);
    const grace = type === pods ? gracePeriodOf(object as Pod, options) : 0;
    if (grace > 0) return { object: this.#markForDeletion(type, object, grace), gone: false };
    return { object: this.remove(type, object), gone: true };
  }

  remove(type: ResourceType, object: KubernetesObject): KubernetesObject {
    const removed = this.storage.remove(type, object);
    this.#collectGarbage(removed);
    if (removed.metadata.namespace) this.#finishNamespace(removed.metadata.namespace);
    return removed;
  }

  #newMetadata(
    type: ResourceType,
    namespace: string | undefined,
    body: KubernetesObject,
  ): KubernetesObject['metadata'] {
    const { resourceVersion, ...given } = body.metadata ?? { name: '' };
    const name =
      given.name || (given.generateName ? given.generateName + randomBytes(4).toString('hex').slice(0, 5) : '');
    if (resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
    if (!name) {
      const message = 'Required value: name or generateName is required';
      throw invalid(type, name, [{ reason: 'FieldValueRequired', field: 'metadata.name', message }]);
    }
    refuseBadName(type, name);
    if (given.namespace && given.namespace !== namespace && type.namespaced) {
      throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
    }
    if (type.namespaced) this.#requireNamespace(type, namespace ?? '', name);
    const creationTimestamp = kubernetesTime(new Date());
    return { ...given, name, ...(type.namespaced && namespace && { namespace }), uid: randomUUID(), creationTimestamp };
  }

  #requireNamespace(type: ResourceType, namespace: string, name: string): void {
    const found = this.storage.get(namespaces, undefined, namespace);
    if (!found) throw notFound(namespaces, namespace);
    if (found.metadata.deletionTimestamp) {
      throw forbidden(
        type,
        name,
        `unable to create new content in namespace ${namespace} because it is being terminated`,
      );
    }
  }

  #withDefaults(type: ResourceType, object: KubernetesObject): KubernetesObject {
    if (type === pods) return withPodDefaults(object);
    if (type === services) return withServiceDefaults(object, this.storage, this.#nodePorts);
    if (type === namespaces) return withNamespaceDefaults(object);
    return type === secrets ? withSecretDefaults(object) : object;
  }

  #checkPreconditions(type: ResourceType, object: KubernetesObject, { preconditions }: DeleteOptions): void {
    const { name, uid, resourceVersion } = object.metadata;
    if (preconditions?.uid && preconditions.uid !== uid) {
      throw conflict(
        type,
        name,
        `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${uid}`,
      );
    }
    if (preconditions?.resourceVersion && preconditions.resourceVersion !== resourceVersion) {
      const seen = `ResourceVersion in precondition: ${preconditions.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`;
      throw conflict(type, name, `Precondition failed: ${seen}`);
    }
  }

  #markForDeletion(type: ResourceType, object: KubernetesObject, grace: number): KubernetesObject {
    const { deletionGracePeriodSeconds: earlier, generation = 1 } = object.metadata;
    if (earlier !== undefined && earlier <= grace) return object;
    const metadata = {
      ...object.metadata,
      generation: generation + 1,
      deletionTimestamp: kubernetesTime(new Date(Date.now() + grace * 1000)),
      deletionGracePeriodSeconds: grace,
    };
    return this.storage.replace(type, { ...object, metadata });
  }

  #deleteNamespace(namespace: KubernetesObject): { object: KubernetesObject; gone: boolean } {
    const { name } = namespace.metadata;
    const metadata = { ...namespace.metadata, deletionTimestamp: kubernetesTime(new Date()) };
    const object = namespace.metadata.deletionTimestamp
      ? namespace
      : this.storage.replace(namespaces, { ...namespace, metadata, status: { phase: 'Terminating' } });
    for (const type of resourceTypes.filter(({ namespaced }) => namespaced)) {
      for (const content of this.storage.list(type, name)) this.delete(type, content, {});
    }
    this.#finishNamespace(name);
    return { object, gone: false };
  }

  #finishNamespace(name: string): void {
    const namespace = this.storage.get(namespaces, undefined, name);
    if (!namespace?.metadata.deletionTimestamp) return;
    const isEmpty = resourceTypes.every((type) => !type.namespaced || this.storage.list(type, name).length === 0);
    if (isEmpty) this.storage.remove(namespaces, namespace);
  }

  /** What names the removed object as its owner goes with it. */
  #collectGarbage({ metadata: owner }: KubernetesObject): void {
    for (const type of resourceTypes.filter(({ namespaced }) => namespaced)) {
      for (const object of this.storage.list(type, owner.namespace)) {
        if (object.metadata.ownerReferences?.some(({ uid }) => uid === owner.uid)) this.delete(type, object, {});
      }
    }
  }
}

const staleness = 'the object has been modified; please apply your changes to the latest version and try again';

/** A Pod that no kubelet has, or whose containers have ended, has nothing to wait for. */
function gracePeriodOf(pod: Pod, options: DeleteOptions): number {
  if (!pod.spec.nodeName || isPodFinished(pod)) return 0;
  return (
    options.gracePeriodSeconds ??
    pod.metadata.deletionGracePeriodSeconds ??
    pod.spec.terminationGracePeriodSeconds ??
    30
  );
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}
