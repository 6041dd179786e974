import { setTimeout as delay } from 'node:timers/promises';
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
  /** The Service is no more. True where a task has lost it, for which it must be created again. */
  serviceGone(taskArn: string): boolean;
  /** False where a Service that the task should have may be missing. */
  hasService(taskArn: string): boolean;
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
    if (task.ports.length === 0 || task.service?.made) return;
    const service: HeldService = { made: false };
    task.service = service;
    try {
      await (await network()).createService(nodePorts.serviceOf(taskArn, task.ports));
      service.made = true;
    } catch (error) {
      const hostPort = error instanceof NodePortTaken ? nodePorts.hostPortOf(error.nodePort) : undefined;
      if (!hostPort || !task.ports.some((port) => port.hostPort === hostPort)) throw error;
      if (await isBeingFreed(task)) return createService(taskArn);
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
    add: (taskArn, ports, origin) =>
      void tasks.set(taskArn, { ports, ...(origin === 'restored' && { service: { made: false } }) }),
    serviceFound: (taskArn) => void (known(taskArn).service = { made: true }),
    serviceGone: (taskArn) => {
      const task = tasks.get(taskArn);
      if (!task?.service || task.leaving) return false;
      task.service = { made: false };
      task.lostService = true;
      return true;
    },
    hasService: (taskArn) => known(taskArn).service?.made ?? false,
    createService,
    replacePort,
    remove: async (taskArn) => {
      const task = tasks.get(taskArn);
      if (task) task.leaving = true;
      await Promise.all(allocator.ownedBy(taskArn).map((port) => hostPorts.letGo(port)));
      if (task && !task.service) return forget(taskArn);
      await removal.remove(taskArn, () => forget(taskArn));
    },
  };
}

/** The API server tells that a Service was deleted before it frees its NodePorts (pkg/registry/core/service/storage, afterDelete). */
const FREED_WITHIN_MS = 500;

async function isBeingFreed(task: HeldTask): Promise<boolean> {
  if (!task.lostService) return false;
  task.lostService = false;
  await delay(FREED_WITHIN_MS);
  return true;
}

interface HeldTask {
  ports: readonly PublicPort[];
  /** Absent: none was ever asked for. */
  service?: HeldService;
  leaving?: boolean;
  /** Its Service was deleted under it. */
  lostService?: boolean;
}

/** Of one Service: another one of the same task is another object. */
interface HeldService {
  made: boolean;
}
