import { randomBytes } from 'node:crypto';
import { nodeName } from './kubelet.ts';
import type { StorageEvent } from './object-storage.ts';
import { isPodFinished, isPodReady, type Pod } from './pod.ts';
import type { Registry } from './registry.ts';
import { endpointSlices, pods, services } from './resource-types.ts';
import type { Service, ServicePort } from './service.ts';

/** Keeps the EndpointSlice of each Service that has a selector, as the endpointslice controller does. */
export class EndpointSliceController {
  readonly #registry: Registry;
  readonly #stopWatching: () => void;

  constructor(registry: Registry) {
    this.#registry = registry;
    const { storage } = registry;
    this.#stopWatching = storage.watch(storage.version, (event) => this.#observe(event));
  }

  close(): void {
    this.#stopWatching();
  }

  #observe({ resource, type, object, previous }: StorageEvent): void {
    if (resource === services && type !== 'DELETED') this.#sync(object as Service);
    if (resource !== pods) return;
    for (const service of this.#registry.storage.list(services, object.metadata.namespace) as Service[]) {
      if (selects(service, object as Pod) || (previous && selects(service, previous as Pod))) this.#sync(service);
    }
  }

  #sync(service: Service): void {
    const { storage } = this.#registry;
    const { name, namespace, uid } = service.metadata;
    if (!service.spec.selector || !storage.get(services, namespace, name)) return;
    const labels = {
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': name,
    };
    const selected = (storage.list(pods, namespace) as Pod[]).filter(
      (pod) => selects(service, pod) && pod.status?.podIP && !isPodFinished(pod),
    );
    const content = {
      addressType: 'IPv4',
      endpoints: selected.map((pod) => endpointOf(pod, service)),
      ports: selected.length === 0 ? [] : (service.spec.ports ?? []).map((port) => slicePort(port, selected[0])),
    };
    const existing = storage
      .list(endpointSlices, namespace)
      .find(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid));
    if (existing) {
      storage.replace(endpointSlices, { ...existing, ...content });
      return;
    }
    const owner = {
      apiVersion: 'v1',
      kind: 'Service',
      name,
      uid: uid ?? '',
      controller: true,
      blockOwnerDeletion: true,
    };
    const metadata = {
      name: `${name}-${randomBytes(3).toString('hex').slice(0, 5)}`,
      generateName: `${name}-`,
      labels,
      ownerReferences: [owner],
    };
    this.#registry.create(endpointSlices, namespace, { metadata, ...content });
  }
}

export function selects({ spec, metadata: { namespace } }: Service, { metadata }: Pod): boolean {
  const wanted = Object.entries(spec.selector ?? {});
  return (
    wanted.length > 0 &&
    metadata.namespace === namespace &&
    wanted.every(([key, value]) => metadata.labels?.[key] === value)
  );
}

/** A Service's `targetPort` may be the name of a container port. */
export function targetPortOf({ targetPort, port }: ServicePort, pod: Pod | undefined): number | undefined {
  if (typeof targetPort !== 'string') return targetPort ?? port;
  const ports = pod?.spec.containers.flatMap((container) => container.ports ?? []);
  return ports?.find(({ name }) => name === targetPort)?.containerPort;
}

/** Whether a Service sends to the Pod: a ready one, or with `publishNotReadyAddresses` any that has not ended. */
export function isServed(pod: Pod, { spec }: Service): boolean {
  if (isPodFinished(pod)) return false;
  return spec.publishNotReadyAddresses === true || (isPodReady(pod) && pod.metadata.deletionTimestamp === undefined);
}

function endpointOf(pod: Pod, service: Service): object {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const { name, namespace, uid } = pod.metadata;
  return {
    addresses: [pod.status?.podIP],
    conditions: { ready: isServed(pod, service), serving, terminating },
    nodeName,
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

function slicePort(port: ServicePort, pod: Pod | undefined): object {
  return { name: port.name ?? '', port: targetPortOf(port, pod), protocol: port.protocol ?? 'TCP' };
}
