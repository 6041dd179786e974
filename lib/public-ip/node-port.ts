import { dialled } from './dialled.ts';
import type { PortRange } from '../config.ts';
import type { Log } from '../util/log.ts';
import { warningAboutRange } from './ephemeral-ports.ts';
import { createHostPorts } from './host-ports.ts';
import type { NodePortNetwork } from './node-port-network.ts';
import { restoreNodePorts } from './node-port-restore.ts';
import { createNodePortTasks } from './node-port-tasks.ts';
import { createNodePorts } from './node-ports.ts';
import { createPortAllocator } from './port-allocator.ts';
import { type PortWish, portWishes } from './port-wishes.ts';
import type {
  PublicIpAssignment,
  PublicIpProvider,
  PublicIpRequest,
  PublicPort,
  TaskEndpoint,
} from './public-ip-provider.ts';
import { createServiceRemoval } from './service-removal.ts';
import { createStrangers } from './strangers.ts';
import { createTurns } from './turns.ts';
import { watchedNetwork } from './watched-network.ts';

export interface NodePortOptions {
  /** The address of this host that ports listen on. */
  readonly address: string;
  readonly hostPorts: PortRange;
  /** nodePort = firstNodePort + (hostPort − hostPorts.first). */
  readonly firstNodePort: number;
  /** Asked for when a Service is first needed: `allocate` does not wait for the Kubernetes client to load. */
  readonly network: () => Promise<NodePortNetwork>;
  /** Whether the cluster publishes a host port by itself, as k3d does; absent where it never does. */
  readonly mappings?: NodePortNetwork['isMapped'];
  readonly log: Log;
}

/** Gives each port of a task a host port, and the NodePort of a Kubernetes Service that goes with it 1:1. */
export function createNodePortProvider(options: NodePortOptions): PublicIpProvider {
  let changed = (_taskArn: string): void => undefined;
  const watched = watchedNetwork(options.network, {
    gone: (taskArn) => {
      if (tasks.serviceGone(taskArn)) changed(taskArn);
    },
  });
  const { network } = watched;
  const { hostPorts, nodePorts, allocator, removal, tasks, log } = assemble({ ...options, network });
  const publicIp = dialled(options.address);
  const assignmentOf = (taskArn: string): PublicIpAssignment => ({ taskArn, publicIp, ports: tasks.portsOf(taskArn) });

  async function openPort(port: PublicPort, endpoint: TaskEndpoint): Promise<void> {
    const forwarder = hostPorts.forwarder(port.hostPort, port.protocol);
    if (forwarder) forwarder.open(await (await network()).route(endpoint, nodePorts.servicePort(port)));
    else await (await network()).whenServed(endpoint.taskArn);
  }

  async function allocate({ taskArn, ports }: PublicIpRequest): Promise<PublicIpAssignment> {
    const wishes = portWishes(ports);
    const numbers = await allocator.allocate(taskArn, wishes);
    const numberOf = new Map(wishes.map(({ containerPort }, index) => [containerPort, numbers[index] ?? 0]));
    const given = ports.map((port) => ({ ...port, hostPort: numberOf.get(port.containerPort) ?? 0 }));
    tasks.add(taskArn, given, 'new');
    return assignmentOf(taskArn);
  }

  async function publish(taskArn: string): Promise<PublicIpAssignment> {
    await tasks.createService(taskArn);
    return assignmentOf(taskArn);
  }

  async function open(endpoint: TaskEndpoint): Promise<void> {
    await Promise.all(tasks.portsOf(endpoint.taskArn).map((port) => openPort(port, endpoint)));
  }

  async function release(taskArn: string): Promise<void> {
    if (tasks.has(taskArn)) await tasks.remove(taskArn);
  }

  // In turn: a release that overtook the creation of the Service would leave it behind.
  const turns = createTurns();
  const closed = new AbortController();
  return {
    name: 'node-port',
    allocate: (request) => turns(request.taskArn, () => allocate(request)),
    publish: ({ taskArn }) => turns(taskArn, () => publish(taskArn)),
    open: ({ taskArn }, endpoint) => turns(taskArn, () => open(endpoint)),
    release: (taskArn) => turns(taskArn, () => release(taskArn)),
    async restore(assignments) {
      const parts = { network, nodePorts, allocator, tasks, log, closed: closed.signal };
      await restoreNodePorts({ ...parts, changed: (taskArn) => changed(taskArn) }, assignments);
      return assignments.map(({ taskArn }) => assignmentOf(taskArn));
    },
    watch: (listener) => void (changed = listener),
    usage: () => ({ used: allocator.used, total: allocator.total }),
    async close() {
      closed.abort();
      watched.close();
      removal.close();
      await hostPorts.close();
    },
  };
}

function assemble({ address, hostPorts: range, firstNodePort, network, mappings, log }: NodePortOptions) {
  const warning = warningAboutRange(range);
  if (warning !== undefined) log.warn(warning);
  const nodePorts = createNodePorts(range, firstNodePort);
  const hostPorts = createHostPorts({
    address,
    isMapped: async (hostPort, protocol, knowledge) =>
      (await mappings?.({ address, hostPort, nodePort: nodePorts.of(hostPort), protocol }, knowledge)) ?? false,
    log,
  });
  const strangers = createStrangers();
  const allocator = createPortAllocator<PortWish>({
    range,
    claim: async (port, { protocols }) => !strangers.has(port) && hostPorts.claim(port, protocols),
    letGo: (port) => hostPorts.letGo(port),
  });
  const removal = createServiceRemoval(network, log);
  const tasks = createNodePortTasks({ network, nodePorts, hostPorts, allocator, strangers, removal, log });
  return { hostPorts, nodePorts, allocator, removal, tasks, log };
}
