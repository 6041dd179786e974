import type { Log } from '../util/log.ts';
import type { PublicIpAssignment, PublicPort } from './public-ip-provider.ts';
import type { LoopbackNetwork, TaskService } from './service-network.ts';
import { createServiceRemoval } from './service-removal.ts';

/** The Services of a provider's tasks: made once, and taken back however often that has to be tried. */
export interface TaskServices {
  create(taskArn: string, ports: readonly PublicPort[]): Promise<void>;
  /** Asks the cluster for nothing where the task never had a Service. */
  remove(taskArn: string): Promise<void>;
  /** After a restart: makes the Services that are missing, and deletes those of tasks that ended meanwhile. */
  restore(tasks: readonly Pick<PublicIpAssignment, 'taskArn' | 'ports'>[]): Promise<void>;
  close(): void;
}

export function createTaskServices(network: () => Promise<LoopbackNetwork>, log: Log): TaskServices {
  const services = new Map<string, 'unsure' | 'made'>();
  const removal = createServiceRemoval(network, log);
  let closed = false;

  async function create(taskArn: string, ports: readonly PublicPort[]): Promise<void> {
    // A Service has at least one port (Kubernetes API reference, "ServiceSpec").
    if (ports.length === 0 || services.get(taskArn) === 'made') return;
    services.set(taskArn, 'unsure');
    await (await network()).createService(serviceOf(taskArn, ports));
    services.set(taskArn, 'made');
  }

  const remove = (taskArn: string) => removal.remove(taskArn, () => void services.delete(taskArn));

  async function restore(tasks: Parameters<TaskServices['restore']>[0]): Promise<void> {
    for (const { taskArn } of tasks) services.set(taskArn, 'unsure');
    const found = await listServices();
    for (const { taskArn } of found ?? []) if (!services.has(taskArn)) void remove(taskArn);
    if (found) await Promise.all(tasks.map((task) => mend(task)));
  }

  async function listServices(): Promise<readonly TaskService[] | undefined> {
    // That no cluster could be reached is told by whoever connects.
    const connected = await network().catch(() => undefined);
    try {
      return await connected?.listServices();
    } catch (error) {
      if (!closed)
        log.error(error, 'The Services of running tasks could not be listed; they are taken to be as recorded.');
      return undefined;
    }
  }

  /** Creating leaves a Service alone that is as it should be. */
  async function mend({ taskArn, ports }: Pick<PublicIpAssignment, 'taskArn' | 'ports'>): Promise<void> {
    try {
      await create(taskArn, ports);
    } catch (error) {
      log.error(error, `The Service of task ${taskArn} could not be made again.`);
    }
  }

  return {
    create,
    remove: async (taskArn) => {
      if (services.has(taskArn)) await remove(taskArn);
    },
    restore,
    close: () => {
      closed = true;
      removal.close();
    },
  };
}

const serviceOf = (taskArn: string, ports: readonly PublicPort[]): TaskService => ({
  taskArn,
  ports: ports.map(({ container, containerPort, protocol }) => ({ container, containerPort, protocol })),
});
