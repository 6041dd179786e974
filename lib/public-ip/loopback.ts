import type { PortRange } from '../config.ts';
import type { Log } from '../util/log.ts';
import { type LoopbackPorts, createLoopbackPorts } from './loopback-ports.ts';
import { addressOf, loopbackRange, numberOf } from './loopback-range.ts';
import { type PortAllocator, createPortAllocator } from './port-allocator.ts';
import {
  type PublicIpAssignment,
  type PublicIpProvider,
  type PublicIpRequest,
  PublicPortsExhausted,
  type RequestedPort,
  type TaskEndpoint,
} from './public-ip-provider.ts';
import type { LoopbackNetwork } from './service-network.ts';
import { createTaskServices } from './task-services.ts';
import { createTurns } from './turns.ts';
import { watchedNetwork } from './watched-network.ts';

export interface LoopbackOptions {
  /** The addresses that tasks are given, such as 127.77.0.0/16. */
  readonly loopbackRange: string;
  /** Asked for when a Service is first needed: `allocate` does not wait for the Kubernetes client to load. */
  readonly network: () => Promise<LoopbackNetwork>;
  readonly log: Log;
  readonly ports?: LoopbackPorts;
}

/** Gives each task a loopback address of its own, where its containers' ports have their own numbers, as on AWS. */
export function createLoopbackProvider(options: LoopbackOptions): PublicIpProvider {
  const { log, ports: listeners = createLoopbackPorts(log) } = options;
  const addresses = createAddresses(loopbackRange(options.loopbackRange), listeners);
  const tasks = new Map<string, LoopbackTask>();
  let changed = (_taskArn: string): void => undefined;
  const watched = watchedNetwork(options.network, {
    gone: (taskArn) => {
      if (services.gone(taskArn)) changed(taskArn);
    },
  });
  const { network } = watched;
  const services = createTaskServices(network, log);

  const known = (taskArn: string): LoopbackTask => {
    const task = tasks.get(taskArn);
    if (task) return task;
    throw new Error(`Task ${taskArn} has no address of the provider loopback; allocate or restore it first.`);
  };

  async function allocate({ taskArn, ports }: PublicIpRequest): Promise<LoopbackTask> {
    const [number = 0] = await addresses.allocate(taskArn, [ports]);
    const given = ports.map((port) => ({ ...port, hostPort: port.containerPort }));
    const assignment = { taskArn, publicIp: addressOf(number), ports: given };
    tasks.set(taskArn, assignment);
    return assignment;
  }

  async function publish(taskArn: string): Promise<PublicIpAssignment> {
    const task = known(taskArn);
    await services.create(taskArn, task.ports);
    return task;
  }

  async function open(endpoint: TaskEndpoint): Promise<void> {
    const { publicIp, ports } = known(endpoint.taskArn);
    const cluster = await network();
    await Promise.all(
      ports.map(async (port) => listeners.forwarder(publicIp, port)?.open(await cluster.route(endpoint, port))),
    );
  }

  async function release(taskArn: string): Promise<void> {
    const task = tasks.get(taskArn);
    tasks.delete(taskArn);
    if (task) await listeners.letGo(task.publicIp);
    for (const number of addresses.ownedBy(taskArn)) addresses.free(taskArn, number);
    await services.remove(taskArn);
  }

  async function takeUp(assignment: PublicIpAssignment): Promise<PublicIpAssignment> {
    const { taskArn, publicIp = '', ports } = assignment;
    try {
      if (tasks.has(taskArn)) return known(taskArn);
      if (!(await addresses.take(taskArn, numberOf(publicIp), ports))) return await replace(assignment);
      tasks.set(taskArn, { ...assignment, publicIp });
    } catch (error) {
      log.error(error, `Task ${taskArn} could not be given its address ${publicIp} again.`);
    }
    return assignment;
  }

  async function replace({ taskArn, publicIp, ports }: PublicIpAssignment): Promise<PublicIpAssignment> {
    const fresh = await allocate({ taskArn, ports: ports.map(({ hostPort: _hostPort, ...port }) => port) });
    log.warn(`The address ${publicIp} of task ${taskArn} could not be had again; the task gets ${fresh.publicIp}.`);
    return fresh;
  }

  async function restore(assignments: readonly PublicIpAssignment[]): Promise<readonly PublicIpAssignment[]> {
    // Every recorded address is asked for before anything waits: a task that starts meanwhile comes after them.
    const restored = await Promise.all(assignments.map(takeUp));
    await services.restore(restored);
    for (const { taskArn, ports } of restored) if (ports.length > 0 && !services.isMade(taskArn)) changed(taskArn);
    return restored;
  }

  // In turn: a release that overtook the creation of the Service would leave it behind.
  const turns = createTurns();
  return {
    name: 'loopback',
    allocate: (request) => turns(request.taskArn, () => allocate(request)),
    publish: ({ taskArn }) => turns(taskArn, () => publish(taskArn)),
    open: ({ taskArn }, endpoint) => turns(taskArn, () => open(endpoint)),
    release: (taskArn) => turns(taskArn, () => release(taskArn)),
    restore,
    watch: (listener) => void (changed = listener),
    usage: () => ({ used: addresses.used, total: addresses.total }),
    async close() {
      watched.close();
      services.close();
      await listeners.close();
    },
  };
}

type LoopbackTask = PublicIpAssignment & Required<Pick<PublicIpAssignment, 'publicIp'>>;

function createAddresses(range: PortRange, listeners: LoopbackPorts): PortAllocator<readonly RequestedPort[]> {
  return createPortAllocator<readonly RequestedPort[]>({
    range,
    claim: (number, ports) => listeners.claim(addressOf(number), ports),
    letGo: (number) => listeners.letGo(addressOf(number)),
    exhausted: ({ first, last }, used) =>
      new PublicPortsExhausted(
        `No loopback address is left: of the ${last - first + 1} from ${addressOf(first)} to ${addressOf(last)}, tasks hold ` +
          `${used}, and on the others programs listen on a port that is asked for. Stop tasks that have a public IP, or ` +
          'widen the option publicIp.loopbackRange.',
      ),
  });
}
