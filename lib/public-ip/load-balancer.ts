import type { Log } from '../util/log.ts';
import { chooseAddress } from './choose-address.ts';
import {
  type PublicIpAssignment,
  type PublicIpProvider,
  type PublicIpRequest,
  PublicIpUnavailable,
} from './public-ip-provider.ts';
import type { BalancedService, LoadBalancerNetwork } from './service-network.ts';
import { createTaskServices } from './task-services.ts';
import { createTurns } from './turns.ts';
import { watchedNetwork } from './watched-network.ts';

export interface LoadBalancerOptions {
  /** How long a task waits for its first address, in seconds. */
  readonly seconds: number;
  /** Asked for when a Service is first needed: `allocate` does not wait for the Kubernetes client to load. */
  readonly network: () => Promise<LoadBalancerNetwork>;
  readonly log: Log;
}

/** Gives each task the address that the cluster's load balancer has for its Service, where its containers' ports have their own numbers. */
export function createLoadBalancerProvider({ seconds, network: connect, log }: LoadBalancerOptions): PublicIpProvider {
  const tasks = new Map<string, BalancedTask>();
  let changed = (_taskArn: string): void => undefined;

  const watched = watchedNetwork<BalancedService, LoadBalancerNetwork>(connect, {
    present: (service) => addressed(service.taskArn, service.addresses),
    gone: (taskArn) => {
      if (!services.gone(taskArn)) return;
      addressed(taskArn, []);
      changed(taskArn);
    },
  });
  const { network } = watched;
  const services = createTaskServices<BalancedService>(network, log);

  const known = (taskArn: string): BalancedTask => {
    const task = tasks.get(taskArn);
    if (task) return task;
    throw new Error(`Task ${taskArn} was given nothing by the provider load-balancer; allocate or restore it first.`);
  };

  function addressed(taskArn: string, addresses: readonly string[]): void {
    const task = tasks.get(taskArn);
    if (task && setAddress(task, addresses, log)) changed(taskArn);
  }

  async function allocate({ taskArn, ports }: PublicIpRequest): Promise<PublicIpAssignment> {
    const given = ports.map((port) => ({ ...port, hostPort: port.containerPort }));
    const task: BalancedTask = { taskArn, ports: given, patience: 'fresh' };
    tasks.set(taskArn, task);
    return assignmentOf(task);
  }

  async function publish(taskArn: string): Promise<PublicIpAssignment> {
    const task = known(taskArn);
    await services.create(taskArn, task.ports);
    if (task.patience === 'over') await endOfWaiting(task);
    awaitAddress(task);
    return assignmentOf(task);
  }

  /** Ends the wait for an address that never comes. Once a task was reached, another address may take its time. */
  function awaitAddress(task: BalancedTask): void {
    if (task.patience !== 'fresh' || task.publicIp !== undefined || task.ports.length === 0) return;
    task.patience = 'waiting';
    task.deadline = setTimeout(() => {
      task.patience = 'over';
      changed(task.taskArn);
    }, seconds * 1000).unref();
  }

  async function endOfWaiting(task: BalancedTask): Promise<void> {
    const cluster = await network();
    // The address may have come unseen, while the API server was away.
    const service = (await cluster.listServices()).find(({ taskArn }) => taskArn === task.taskArn);
    if (service) setAddress(task, service.addresses, log);
    if (task.publicIp !== undefined) return;
    task.patience = 'none';
    const { service: name, reason = noController } = await cluster.whyNoAddress(task.taskArn);
    throw new PublicIpUnavailable(
      `The Service ${name} was given no address by a load balancer within ${seconds} s. ${reason} ${wayOut}`,
    );
  }

  async function open(taskArn: string): Promise<void> {
    const task = known(taskArn);
    if (task.ports.length > 0) await (await network()).whenServed(taskArn);
    task.patience = 'none';
  }

  async function release(taskArn: string): Promise<void> {
    clearTimeout(tasks.get(taskArn)?.deadline);
    tasks.delete(taskArn);
    await services.remove(taskArn);
  }

  async function restore(assignments: readonly PublicIpAssignment[]): Promise<readonly PublicIpAssignment[]> {
    for (const one of assignments) {
      if (!tasks.has(one.taskArn)) tasks.set(one.taskArn, { ...one, patience: 'fresh' });
    }
    const found = await services.restore(assignments);
    const own = assignments.map(({ taskArn }) => known(taskArn));
    for (const task of own) {
      const service = found?.find(({ taskArn }) => taskArn === task.taskArn);
      if (found) setAddress(task, service?.addresses ?? [], log);
      awaitAddress(task);
      if (task.ports.length > 0 && !services.isMade(task.taskArn)) changed(task.taskArn);
    }
    return own.map(assignmentOf);
  }

  // In turn: a release that overtook the creation of the Service would leave it behind.
  const turns = createTurns();
  return {
    name: 'load-balancer',
    allocate,
    publish: ({ taskArn }) => turns(taskArn, () => publish(taskArn)),
    watch: (listener) => void (changed = listener),
    open: ({ taskArn }) => turns(taskArn, () => open(taskArn)),
    release: (taskArn) => turns(taskArn, () => release(taskArn)),
    restore,
    async close() {
      watched.close();
      services.close();
      for (const { deadline } of tasks.values()) clearTimeout(deadline);
    },
  };
}

interface BalancedTask extends PublicIpAssignment {
  publicIp?: string;
  /** With the wait for an address. `none`: the task waits without an end, for it was reached, or it is being ended. */
  patience: 'fresh' | 'waiting' | 'over' | 'none';
  deadline?: NodeJS.Timeout;
}

/** @returns whether the task has another address than before */
function setAddress(task: BalancedTask, addresses: readonly string[], log: Log): boolean {
  const before = task.publicIp;
  const address = chooseAddress(addresses, before);
  if (address === before) return false;
  if (before !== undefined)
    log.warn(`Task ${task.taskArn} lost its address ${before}; it has ${address ?? 'none'} now.`);
  if (address === undefined) delete task.publicIp;
  else task.publicIp = address;
  clearTimeout(task.deadline);
  if (task.patience !== 'none') task.patience = 'fresh';
  return true;
}

const assignmentOf = ({ taskArn, publicIp, ports }: BalancedTask): PublicIpAssignment => ({
  taskArn,
  ...(publicIp !== undefined && { publicIp }),
  ports,
});

const noController =
  'Nothing in Kubernetes says why, so probably no load balancer controller runs there (k3d clusters that KECS makes ' +
  'have none): install one, such as MetalLB.';

const wayOut =
  'Or set the option publicIp.provider to "node-port", which works on every cluster; publicIp.loadBalancerSeconds sets how long a task waits.';
