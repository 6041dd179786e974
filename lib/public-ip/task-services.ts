import type { Log } from '../util/log.ts';
import type { PublicIpAssignment, PublicPort } from './public-ip-provider.ts';
import type { ServiceNetwork, TaskService } from './service-network.ts';
import { createServiceRemoval } from './service-removal.ts';

type Assigned = Pick<PublicIpAssignment, 'taskArn' | 'ports'>;

/** The Services of a provider's tasks: made once, and taken back however often that has to be tried. */
export interface TaskServices<S extends TaskService> {
  create(taskArn: string, ports: readonly PublicPort[]): Promise<void>;
  /** False where a Service that a task should have may be missing. */
  isMade(taskArn: string): boolean;
  /** The Service is no more. True where a task has lost it, for which it must be created again. */
  gone(taskArn: string): boolean;
  /** Asks the cluster for nothing where the task never had a Service. */
  remove(taskArn: string): Promise<void>;
  /**
   * After a restart: makes the Services that are missing, and deletes those of tasks that ended meanwhile.
   * @returns those that were found; undefined where the cluster did not tell.
   */
  restore(tasks: readonly Assigned[]): Promise<readonly S[] | undefined>;
  close(): void;
}

/** Of one Service: another one of the same task is another object. */
interface Held {
  made: boolean;
  readonly leaving?: boolean;
}

export function createTaskServices<S extends TaskService>(
  network: () => Promise<ServiceNetwork<S>>,
  log: Log,
): TaskServices<S> {
  const services = new Map<string, Held>();
  const removal = createServiceRemoval(network, log);
  let closed = false;

  async function create(taskArn: string, ports: readonly PublicPort[]): Promise<void> {
    // A Service has at least one port (Kubernetes API reference, "ServiceSpec").
    if (ports.length === 0 || services.get(taskArn)?.made) return;
    const held: Held = { made: false };
    services.set(taskArn, held);
    await (await network()).createService(serviceOf(taskArn, ports));
    held.made = true;
  }

  function gone(taskArn: string): boolean {
    const held = services.get(taskArn);
    if (!held || held.leaving) return false;
    services.set(taskArn, { made: false });
    return true;
  }

  const remove = (taskArn: string) => {
    services.set(taskArn, { made: false, leaving: true });
    return removal.remove(taskArn, () => void services.delete(taskArn));
  };

  async function restore(tasks: readonly Assigned[]): Promise<readonly S[] | undefined> {
    for (const { taskArn } of tasks) services.set(taskArn, { made: false });
    const found = await listServices();
    for (const { taskArn } of found ?? []) if (!services.has(taskArn)) void remove(taskArn);
    if (found) await Promise.all(tasks.map((task) => mend(task)));
    return found;
  }

  async function listServices(): Promise<readonly S[] | undefined> {
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
  async function mend({ taskArn, ports }: Assigned): Promise<void> {
    try {
      await create(taskArn, ports);
    } catch (error) {
      log.error(error, `The Service of task ${taskArn} could not be made again.`);
    }
  }

  return {
    create,
    isMade: (taskArn) => services.get(taskArn)?.made ?? false,
    gone,
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
