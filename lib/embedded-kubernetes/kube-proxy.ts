import { isServed, selects, targetPortOf } from './endpoint-slices.ts';
import type { EventRecorder } from './event-recorder.ts';
import { listenForTcp, listenForUdp, type NodePortListener } from './node-port-listener.ts';
import type { ObjectStorage, StorageEvent } from './object-storage.ts';
import type { Pod } from './pod.ts';
import type { PodNetwork, PortAddress } from './pod-network.ts';
import { pods, services } from './resource-types.ts';
import type { Service, ServicePort } from './service.ts';

const retrySeconds = 1;

interface Opening {
  readonly uid: string | undefined;
  readonly port: string;
  isClosed: boolean;
  listener?: NodePortListener;
  retry?: NodeJS.Timeout;
}

/** Listens on each NodePort of the node and hands connections to a Pod that is ready. */
export class KubeProxy {
  readonly #storage: ObjectStorage;
  readonly #network: PodNetwork;
  readonly #recorder: EventRecorder;
  readonly #nodeAddress: string;
  readonly #openings = new Map<string, Opening>();
  readonly #stopWatching: () => void;
  #turn = 0;

  constructor(storage: ObjectStorage, network: PodNetwork, recorder: EventRecorder, nodeAddress: string) {
    this.#storage = storage;
    this.#network = network;
    this.#recorder = recorder;
    this.#nodeAddress = nodeAddress;
    this.#stopWatching = storage.watch(storage.version, (event) => {
      if (event.resource === services) this.#observe(event);
    });
  }

  close(): void {
    this.#stopWatching();
    for (const opening of this.#openings.values()) shut(opening);
  }

  #observe({ type, object }: StorageEvent): void {
    const service = object as Service;
    const wanted =
      type === 'DELETED' ? [] : (service.spec.ports ?? []).filter(({ nodePort }) => nodePort !== undefined);
    const keys = new Set(wanted.map(keyOf));
    for (const [key, opening] of this.#openings) {
      if (opening.uid !== service.metadata.uid || keys.has(key)) continue;
      shut(opening);
      this.#openings.delete(key);
    }
    for (const port of wanted) {
      const key = keyOf(port);
      if (this.#openings.has(key)) continue;
      const opening = { uid: service.metadata.uid, port: key, isClosed: false };
      this.#openings.set(key, opening);
      void this.#open(opening, service, port);
    }
  }

  async #open(opening: Opening, service: Service, port: ServicePort): Promise<void> {
    const at = { host: this.#nodeAddress, port: port.nodePort ?? 0 };
    const listen = port.protocol === 'UDP' ? listenForUdp : listenForTcp;
    try {
      opening.listener = await listen(at, () => this.#endpoint(service, opening.port));
      if (opening.isClosed) opening.listener.close();
    } catch (error) {
      if (opening.isClosed) return;
      const message = `Cannot listen on ${at.host}:${at.port}/${port.protocol ?? 'TCP'} (${(error as Error).message}); trying again every ${retrySeconds} s. Free that port or give the Service another nodePort.`;
      if (!opening.retry) {
        this.#recorder.record(service, {
          type: 'Warning',
          reason: 'NodePortUnavailable',
          message,
          component: 'kube-proxy',
        });
      }
      opening.retry = setTimeout(() => void this.#open(opening, service, port), retrySeconds * 1000).unref();
    }
  }

  /** The next ready Pod in turn that listens on the port; read anew for each connection, as both may have changed. */
  #endpoint({ metadata }: Service, key: string): PortAddress | undefined {
    const service = this.#storage.get(services, metadata.namespace, metadata.name) as Service | undefined;
    const port = service?.spec.ports?.find((one) => keyOf(one) === key);
    if (!service || !port) return undefined;
    const ready = (this.#storage.list(pods, metadata.namespace) as Pod[]).filter(
      (pod) => selects(service, pod) && isServed(pod, service),
    );
    const addresses = ready.flatMap((pod) => {
      const target = targetPortOf(port, pod);
      const address = target && this.#network.find(pod.status?.podIP ?? '', target, port.protocol ?? 'TCP');
      return address ? [address] : [];
    });
    return addresses[this.#turn++ % addresses.length];
  }
}

function keyOf({ nodePort, protocol }: ServicePort): string {
  return `${nodePort}/${protocol ?? 'TCP'}`;
}

function shut(opening: Opening): void {
  opening.isClosed = true;
  clearTimeout(opening.retry);
  opening.listener?.close();
}
