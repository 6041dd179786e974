import { setTimeout as delay } from 'node:timers/promises';
import type { CoreV1Api, V1LoadBalancerIngress, V1Service, V1ServicePort } from '@kubernetes/client-node';
import type { Route } from '../../lib/model/route.ts';
import { bindPort } from '../../lib/public-ip/bind-port.ts';
import type { PortForwarder } from '../../lib/public-ip/port-forwarder.ts';
import { freeLoopbackRange } from './free-loopback-range.ts';

export interface PlayedLoadBalancerOptions {
  readonly api: CoreV1Api;
  /** Only Services in it are served: a cluster may be shared. */
  readonly namespace: string;
  readonly labelSelector?: string;
  /** Where the port of a Service is reached. */
  readonly routeTo: (port: V1ServicePort) => Route;
}

/** Plays the load balancer controller that the specs' clusters lack: a loopback address for each Service, whose ports it forwards. */
export interface PlayedLoadBalancer {
  /** Gives nothing to Services that it has not served yet. */
  paused: boolean;
  /** What the next Services are given in place of an address of their own. */
  ingress: V1LoadBalancerIngress[] | undefined;
  /** Gives the Service another address. */
  move(name: string): Promise<void>;
  close(): Promise<void>;
}

interface Served {
  readonly name: string;
  readonly forwarders: readonly PortForwarder[];
}

export function playLoadBalancer(options: PlayedLoadBalancerOptions): PlayedLoadBalancer {
  const { api, namespace, labelSelector, routeTo } = options;
  const served = new Map<string, Served>();
  const base = freeLoopbackRange(24).replace(/0\/24$/, '');
  let host = 0;
  let closed = false;

  async function serve(service: V1Service): Promise<void> {
    const { uid = '', name = '' } = service.metadata ?? {};
    const given = balancer.ingress ? undefined : await bindAll(service);
    served.set(uid, { name, forwarders: given?.forwarders ?? [] });
    // Proxy: a kube-proxy on this machine would otherwise answer for the address itself ("Load balancer IP address mode").
    const ingress = balancer.ingress ?? [{ ip: given?.address ?? '', ipMode: 'Proxy' }];
    service.status = { loadBalancer: { ingress } };
    await api.replaceNamespacedServiceStatus({ name, namespace, body: service });
  }

  async function bindAll({ spec }: V1Service): Promise<{ address: string; forwarders: PortForwarder[] }> {
    const address = `${base}${++host}`;
    const forwarders: PortForwarder[] = [];
    for (const port of spec?.ports ?? []) {
      const protocol = port.protocol === 'UDP' ? 'udp' : 'tcp';
      const forwarder = await bindPort({ address, port: port.port, protocol });
      if (!forwarder) throw new Error(`${address} has a listener on ${protocol} port ${port.port} already.`);
      forwarder.open(routeTo(port));
      forwarders.push(forwarder);
    }
    return { address, forwarders };
  }

  async function drop(uid: string): Promise<void> {
    const { forwarders } = served.get(uid) ?? { forwarders: [] };
    served.delete(uid);
    await Promise.all(forwarders.map((forwarder) => forwarder.close()));
  }

  async function look(): Promise<void> {
    const { items } = await api.listNamespacedService({ namespace, ...(labelSelector && { labelSelector }) });
    const present = new Map(items.map((service) => [service.metadata?.uid ?? '', service]));
    for (const uid of served.keys()) if (!present.has(uid)) await drop(uid);
    for (const [uid, service] of present) {
      if (service.spec?.type === 'LoadBalancer' && !served.has(uid) && !balancer.paused) await serve(service);
    }
  }

  const balancer: PlayedLoadBalancer = {
    paused: false,
    ingress: undefined,
    move: async (name) => {
      const service = await api.readNamespacedService({ name, namespace });
      const uid = service.metadata?.uid ?? '';
      const before = served.get(uid);
      await serve(service);
      await Promise.all((before?.forwarders ?? []).map((forwarder) => forwarder.close()));
    },
    close: async () => {
      closed = true;
      await playing;
      await Promise.all([...served.keys()].map(drop));
    },
  };
  const playing = (async () => {
    while (!closed) {
      // A Service may go, and an API server be away, at any moment.
      await look().catch(() => undefined);
      await delay(30);
    }
  })();
  return balancer;
}
