import type { Log } from '../util/log.ts';
import type { NodePortNetwork, NodePortService } from './node-port-network.ts';
import type { NodePortTasks } from './node-port-tasks.ts';
import type { NodePorts } from './node-ports.ts';
import type { PortAllocator } from './port-allocator.ts';
import { type PortWish, portWishes } from './port-wishes.ts';
import type { PublicIpAssignment } from './public-ip-provider.ts';

export interface NodePortRestoreParts {
  readonly network: () => Promise<NodePortNetwork>;
  readonly nodePorts: NodePorts;
  readonly allocator: PortAllocator<PortWish>;
  readonly tasks: NodePortTasks;
  readonly log: Log;
  /** A task whose Service may be missing is to be published again. */
  readonly changed: (taskArn: string) => void;
  /** What fails after it is not worth telling: Kubernetes is left, too. */
  readonly closed: AbortSignal;
}

/** Takes up the ports and Services that tasks had before a restart. */
export async function restoreNodePorts(parts: NodePortRestoreParts, assignments: readonly PublicIpAssignment[]) {
  // Every recorded port is asked for before anything waits: a task that starts meanwhile comes after them.
  const lost = await Promise.all(assignments.map((assignment) => takeUp(parts, assignment)));
  const services = await listServices(parts);
  for (const service of services ?? []) if (!parts.tasks.has(service.taskArn)) removeOrphan(parts, service);
  await Promise.all(assignments.map(({ taskArn }, index) => mend(parts, taskArn, lost[index] ?? [], services)));
}

/** Answers the host ports that could not be taken. */
async function takeUp({ tasks, allocator }: NodePortRestoreParts, { taskArn, ports }: PublicIpAssignment) {
  if (tasks.has(taskArn)) return [];
  tasks.add(taskArn, ports, 'restored');
  const hostPorts = [...new Set(ports.map(({ hostPort }) => hostPort))];
  const wanted = hostPorts.flatMap((hostPort) =>
    portWishes(ports.filter((port) => port.hostPort === hostPort)).map((wish) => ({ hostPort, wish })),
  );
  const taken = await Promise.all(wanted.map(({ hostPort, wish }) => allocator.take(taskArn, hostPort, wish)));
  return wanted.filter((_, index) => !taken[index]).map(({ hostPort }) => hostPort);
}

async function listServices({
  network,
  log,
  closed,
}: NodePortRestoreParts): Promise<readonly NodePortService[] | undefined> {
  // That no cluster could be reached is told by whoever connects.
  const connected = await network().catch(() => undefined);
  try {
    return await connected?.listServices();
  } catch (error) {
    if (!closed.aborted)
      log.error(error, 'The Services of running tasks could not be listed; they are taken to be as recorded.');
    return undefined;
  }
}

/** A Service whose task ended while KECS was not running. Nobody gets its ports before it is gone. */
function removeOrphan({ allocator, nodePorts, tasks }: NodePortRestoreParts, { taskArn, ports }: NodePortService) {
  for (const { nodePort } of ports) allocator.reserve(taskArn, nodePorts.hostPortOf(nodePort));
  void tasks.remove(taskArn);
}

async function mend(
  { network, nodePorts, tasks, log, changed }: NodePortRestoreParts,
  taskArn: string,
  lost: readonly number[],
  services: readonly NodePortService[] | undefined,
): Promise<void> {
  try {
    for (const port of lost) {
      log.warn(`Host port ${port} of task ${taskArn} went to another program meanwhile; the task gets another one.`);
      await tasks.replacePort(taskArn, port);
    }
    const service = services?.find((one) => one.taskArn === taskArn);
    if (service && nodePorts.agree(service, tasks.portsOf(taskArn))) return tasks.serviceFound(taskArn);
    if (!services && lost.length === 0) return changed(taskArn);
    await (await network()).deleteService(taskArn);
    await tasks.createService(taskArn);
  } catch (error) {
    log.error(error, `The public ports of task ${taskArn} could not be taken up again.`);
    changed(taskArn);
  }
}
