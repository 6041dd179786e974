import type { Log } from '../util/log.ts';
import type { HostPorts } from './host-ports.ts';
import { NodePortTaken, type NodePortNetwork } from './node-port-network.ts';
import type { NodePorts } from './node-ports.ts';
import type { PortAllocator } from './port-allocator.ts';
import { type PortWish, portWishes } from './port-wishes.ts';
import type { PublicPort } from './public-ip-provider.ts';
import type { ServiceRemoval } from './service-removal.ts';
import type { Strangers } from './strangers.ts';

/** The tasks that the node-port provider serves, their ports and their Services. */
export interface NodePortTasks {
  has(taskArn: string): boolean;
  portsOf(taskArn: string): readonly PublicPort[];
  add(taskArn: string, ports: readonly PublicPort[], origin: 'new' | 'restored'): void;
  /** The task's Service is there, with its ports. */
  serviceFound(taskArn: string): void;
  /** Creates the task's Service; as long as a stranger's Service owns one of its NodePorts, the task gets another port. */
  createService(taskArn: string): Promise<void>;
  /** Gives the task another host port for this one. */
  replacePort(taskArn: string, lost: number): Promise<void>;
  /** Takes back what the task has. Its ports stay taken until its Service is gone, for that owns their NodePorts. */
  remove(taskArn: string): Promise<void>;
}

export interface NodePortTasksParts {
  readonly network: () => Promise<NodePortNetwork>;
  readonly nodePorts: NodePorts;
  readonly hostPorts: HostPorts;
  readonly allocator: PortAllocator<PortWish>;
  readonly strangers: Strangers;
  readonly removal: ServiceRemoval;
  readonly log: Log;
}

export function createNodePortTasks(parts: NodePortTasksParts): NodePortTasks {
  const { network, nodePorts, hostPorts, allocator, strangers, removal, log } = parts;
  const tasks = new Map<string, HeldTask>();

  const known = (taskArn: string): HeldTask => {
    const task = tasks.get(taskArn);
    if (task) return task;
    throw new Error(`Task ${taskArn} has no ports of the provider node-port; allocate or restore them first.`);
  };

  async function createService(taskArn: string): Promise<void> {
    const task = known(taskArn);
    // A Service has at least one port (Kubernetes API reference, "ServiceSpec").
    if (task.ports.length === 0 || task.service === 'made') return;
    task.service = 'unsure';
    try {
      await (await network()).createService(nodePorts.serviceOf(taskArn, task.ports));
      task.service = 'made';
    } catch (error) {
      const hostPort = error instanceof NodePortTaken ? nodePorts.hostPortOf(error.nodePort) : undefined;
      if (!hostPort || !task.ports.some((port) => port.hostPort === hostPort)) throw error;
      log.info(`${(error as Error).message} Task ${taskArn} gets another host port than ${hostPort}.`);
      strangers.add(hostPort);
      await replacePort(taskArn, hostPort);
      await createService(taskArn);
    }
  }

  async function replacePort(taskArn: string, lost: number): Promise<void> {
    const task = known(taskArn);
    const wishes = portWishes(task.ports.filter(({ hostPort }) => hostPort === lost));
    const [fresh = lost] = await allocator.allocate(taskArn, wishes);
    task.ports = task.ports.map((port) => (port.hostPort === lost ? { ...port, hostPort: fresh } : port));
    if (allocator.free(taskArn, lost)) await hostPorts.letGo(lost);
  }

  const forget = (taskArn: string) => {
    for (const port of allocator.ownedBy(taskArn)) allocator.free(taskArn, port);
    tasks.delete(taskArn);
  };

  return {
    has: (taskArn) => tasks.has(taskArn),
    portsOf: (taskArn) => known(taskArn).ports,
    add: (taskArn, ports, origin) => void tasks.set(taskArn, { ports, service: origin === 'new' ? 'none' : 'unsure' }),
    serviceFound: (taskArn) => void (known(taskArn).service = 'made'),
    createService,
    replacePort,
    remove: async (taskArn) => {
      await Promise.all(allocator.ownedBy(taskArn).map((port) => hostPorts.letGo(port)));
      if (tasks.get(taskArn)?.service === 'none') return forget(taskArn);
      await removal.remove(taskArn, () => forget(taskArn));
    },
  };
}

interface HeldTask {
  ports: readonly PublicPort[];
  service: 'none' | 'unsure' | 'made';
}
