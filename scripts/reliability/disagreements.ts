import { connect } from 'node:net';
import type { Task } from '@aws-sdk/client-ecs';
import type { V1Pod, V1Service } from '@kubernetes/client-node';
import type { Client } from './client.ts';
import type { Fault, FaultKind } from './faults.ts';
import { type Ground, coreApi } from './ground.ts';
import { type Ledger, hostPortsOf, taskIdOf } from './ledger.ts';

export interface World {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly ground: Ground;
  readonly kubeconfig: string;
  /** The label of all that this KECS made. */
  readonly instanceId: string;
}

/** In what tasks, Pods, Services and host ports do not agree at this moment. */
export async function disagreements(world: World): Promise<Fault[]> {
  const { client, ledger } = world;
  const known = await client.list();
  const tasks = await client.describe(known.filter((arn) => !ledger.hasStopped(arn)));
  const { pods, services } = await objectsOf(world);
  const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  return [
    ...lostTasks(ledger, new Set(known)),
    ...unsettled(tasks),
    ...disagreeing('Pod', running, pods.map(taskIdOfObject)),
    ...disagreeing('Service', running, services.map(taskIdOfObject)),
    ...wrongNodePorts(world.ground, running, services),
    ...doubleAssigned(running),
    ...(await strayPorts(world.ground, running)),
    ...(await unreachable(running)),
  ];
}

/** Every task that was answered, and none from a call that was answered with others or that started too many. */
function lostTasks(ledger: Ledger, known: ReadonlySet<string>): Fault[] {
  const lost = ledger.taskArns.filter((arn) => !known.has(arn)).map((arn) => fault('lost', `${arn} is not known`));
  const repeated = [...ledger.calls.values()].flatMap((call) => {
    const started = ledger.startedBy(call);
    const expected = call.taskArns ?? started.slice(0, call.count);
    const others = started.filter((arn) => !expected.includes(arn));
    return others.map((arn) => fault('changed', `${arn} was started by a repeated or partial call ${call.token}`));
  });
  return [...lost, ...repeated];
}

const unsettled = (tasks: readonly Task[]): Fault[] =>
  tasks
    .filter(({ lastStatus, desiredStatus }) => lastStatus !== 'STOPPED' && lastStatus !== desiredStatus)
    .map(({ taskArn, lastStatus, desiredStatus }) =>
      fault('stuck', `${taskArn} is ${lastStatus} and should be ${desiredStatus}`),
    );

function disagreeing(kind: string, running: readonly Task[], owners: readonly string[]): Fault[] {
  const ids = new Set(running.map(({ taskArn = '' }) => taskIdOf(taskArn)));
  const leaked = owners.filter((id) => !ids.has(id)).map((id) => fault('leaked', `${kind} task-${id}`));
  const missing = [...ids].filter((id) => !owners.includes(id));
  return [...leaked, ...missing.map((id) => fault('lost', `${kind} task-${id} is missing`))];
}

function wrongNodePorts(
  { firstNodePort, hostPorts }: Ground,
  running: readonly Task[],
  services: readonly V1Service[],
) {
  const nodePorts = new Map(
    services.map((service) => [taskIdOfObject(service), service.spec?.ports?.map(({ nodePort }) => nodePort)]),
  );
  return running.flatMap((task) => {
    const expected = hostPortsOf(task).map((port) => firstNodePort + port - hostPorts.first);
    const found = nodePorts.get(taskIdOf(task.taskArn ?? '')) ?? [];
    const same = expected.length > 0 && expected.join() === found.join();
    return same ? [] : [fault('lost', `${task.taskArn} has the NodePorts ${found.join()}, not ${expected.join()}`)];
  });
}

function doubleAssigned(running: readonly Task[]): Fault[] {
  const ports = running.flatMap(hostPortsOf);
  const double = ports.filter((port, index) => ports.indexOf(port) !== index);
  return double.map((port) => fault('double-assigned', `host port ${port} after the restart`));
}

/** Nobody else listens in the range: it was free when the run began. */
async function strayPorts({ hostPorts: { first, last } }: Ground, running: readonly Task[]): Promise<Fault[]> {
  const owned = new Set(running.flatMap(hostPortsOf));
  const others = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((port) => !owned.has(port));
  const open = await Promise.all(others.map(async (port) => ((await isOpen(port)) ? [port] : [])));
  return open.flat().map((port) => fault('leaked', `host port ${port} is open`));
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });

async function unreachable(running: readonly Task[]): Promise<Fault[]> {
  const answers = await Promise.all(
    running.map(async (task) => {
      const [port] = hostPortsOf(task);
      const body = await bodyOf(port);
      if (body.includes(taskIdOf(task.taskArn ?? ''))) return [];
      return [fault('unreachable', `${task.taskArn} on host port ${port}: ${body.slice(0, 200)}`)];
    }),
  );
  return answers.flat();
}

async function bodyOf(port: number | undefined): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5_000) });
    return await response.text();
  } catch (error) {
    return String((error as Error).cause ?? error);
  }
}

async function objectsOf({ kubeconfig, instanceId }: World): Promise<{ pods: V1Pod[]; services: V1Service[] }> {
  const api = coreApi(kubeconfig);
  const labelSelector = `kecs.dev/instance=${instanceId}`;
  const [pods, services] = await Promise.all([
    api.listPodForAllNamespaces({ labelSelector }),
    api.listServiceForAllNamespaces({ labelSelector }),
  ]);
  return { pods: pods.items, services: services.items };
}

const taskIdOfObject = ({ metadata }: V1Pod | V1Service): string => metadata?.labels?.['kecs.dev/task-id'] ?? '';

const fault = (kind: FaultKind, what: string): Fault => ({ kind, what });
