import type { PortRange } from '../config.ts';
import type { HostPortWish } from '../model/host-ports.ts';
import type { Route } from '../model/route.ts';
import type { Log } from '../util/log.ts';
import { isOwnAddress } from '../util/own-address.ts';
import { bindPort } from './bind-port.ts';
import { dialled } from './dialled.ts';
import type { PortForwarder } from './port-forwarder.ts';
import {
  type PublicIpAssignment,
  type PublicIpProvider,
  type PublicPort,
  PublicPortsExhausted,
} from './public-ip-provider.ts';
import { createTurns } from './turns.ts';

/** Gives tasks of network mode bridge or host the ports of the instance that they map, on this host. */
export interface HostPortProvider extends Omit<PublicIpProvider, 'allocate'> {
  allocate(request: HostPortRequest): Promise<PublicIpAssignment>;
}

export interface HostPortRequest {
  readonly taskArn: string;
  readonly ports: readonly HostPortWish[];
}

export interface HostPortOptions {
  /** Of mode host: the container has the network of its node, and may listen on this host itself. */
  readonly networkMode: 'bridge' | 'host';
  readonly address: string;
  readonly log: Log;
}

/** "… the default ephemeral port range from 49153 through 65535 (Linux) … is used" (API_PortMapping.html). */
const dynamicPorts: PortRange = { first: 49_153, last: 65_535 };

interface Held {
  readonly port: PublicPort;
  forwarder?: PortForwarder;
}

export function createHostPortProvider({ networkMode, address, log }: HostPortOptions): HostPortProvider {
  const tasks = new Map<string, Held[]>();
  const turns = createTurns();
  let next = dynamicPorts.first;
  const bind = (port: number, protocol: 'tcp' | 'udp') => bindPort({ address, port, protocol, log });

  async function bindNext(protocol: 'tcp' | 'udp'): Promise<PortForwarder> {
    for (let tried = dynamicPorts.first; tried <= dynamicPorts.last; tried++) {
      const port = next;
      next = port === dynamicPorts.last ? dynamicPorts.first : port + 1;
      const forwarder = await bind(port, protocol);
      if (forwarder) return forwarder;
    }
    throw new PublicPortsExhausted(
      `No host port from ${dynamicPorts.first} to ${dynamicPorts.last} is left; stop some tasks.`,
    );
  }

  async function bindFixed(port: number, protocol: 'tcp' | 'udp'): Promise<PortForwarder> {
    const forwarder = await bind(port, protocol);
    if (forwarder) return forwarder;
    throw new PublicPortsExhausted(
      `Host port ${port}/${protocol} of ${address} is taken by another task or program, or kept for root. Stop that, or map another hostPort (0 for any).`,
    );
  }

  async function hold({ hostPort, ...wish }: HostPortWish): Promise<Held> {
    // A listener of ours would be in the way of a container that listens on this host; whether it does is known later.
    if (networkMode === 'host') return { port: { ...wish, hostPort: hostPort ?? wish.containerPort } };
    const forwarder = await (hostPort ? bindFixed(hostPort, wish.protocol) : bindNext(wish.protocol));
    return { port: { ...wish, hostPort: forwarder.port }, forwarder };
  }

  const assignmentOf = (taskArn: string): PublicIpAssignment => ({
    taskArn,
    publicIp: dialled(address),
    ports: (tasks.get(taskArn) ?? []).map(({ port }) => port),
  });

  async function allocate({ taskArn, ports }: HostPortRequest): Promise<PublicIpAssignment> {
    const held: Held[] = [];
    tasks.set(taskArn, held);
    try {
      for (const wish of ports) held.push(await hold(wish));
    } catch (error) {
      await release(taskArn);
      throw error;
    }
    return assignmentOf(taskArn);
  }

  async function release(taskArn: string): Promise<void> {
    const held = tasks.get(taskArn) ?? [];
    tasks.delete(taskArn);
    await Promise.all(held.flatMap(({ forwarder }) => (forwarder ? [forwarder.close()] : [])));
  }

  /** The ports stay those that were told of; one that a program has taken meanwhile is taken again when the task is opened. */
  async function restore({ taskArn, ports }: PublicIpAssignment): Promise<PublicIpAssignment> {
    const held = ports.map(async (port): Promise<Held> => {
      const forwarder = networkMode === 'host' ? undefined : await bind(port.hostPort, port.protocol);
      return { port, ...(forwarder && { forwarder }) };
    });
    tasks.set(taskArn, await Promise.all(held));
    return assignmentOf(taskArn);
  }

  return {
    name: networkMode,
    allocate: (request) => turns('allocate', () => allocate(request)),
    open: async ({ taskArn }, endpoint) => {
      for (const held of tasks.get(taskArn) ?? []) {
        const route = await endpoint.route(held.port);
        if (networkMode === 'host' && isPortOfThisHost(route, held.port.hostPort)) continue;
        held.forwarder ??= await bindFixed(held.port.hostPort, held.port.protocol);
        held.forwarder.open(route);
      }
    },
    release,
    restore: (assignments) => Promise.all(assignments.map(restore)),
    close: async () => {
      await Promise.all([...tasks.keys()].map(release));
    },
  };
}

function isPortOfThisHost(route: Route, hostPort: number): boolean {
  return 'host' in route && route.port === hostPort && isOwnAddress(route.host);
}
