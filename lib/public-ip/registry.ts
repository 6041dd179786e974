import type { TaskPublicIp } from '../model/task.ts';
import type { Log } from '../util/log.ts';
import type { HostPortProvider } from './host-port.ts';
import type { PublicIpAssignment, PublicIpProvider } from './public-ip-provider.ts';
import type { PublicIpAssignmentOf, PublicIps } from './public-ips.ts';

/** Starts with one provider; each task stays with the one that assigned it until it stops. */
export function createPublicIps(
  provider: PublicIpProvider,
  log: Log,
  hostPorts: readonly HostPortProvider[] = [],
): PublicIps {
  const providers = new Map<string, Serving>([...hostPorts, provider].map((one) => [one.name, one]));
  const watchers = new Set<(taskArn: string) => void>();
  const tellAll = (taskArn: string) => watchers.forEach((changed) => changed(taskArn));
  let current = provider;
  provider.watch?.(tellAll);

  const serving = (taskArn: string, name: string): Serving => {
    const found = providers.get(name);
    if (found) return found;
    throw new Error(`Task ${taskArn} was given its public IP by the provider "${name}", which ${unknown(providers)}`);
  };

  return {
    get current() {
      return current;
    },
    setProvider(next) {
      const same = providers.get(next.name);
      if (same && same !== next)
        throw new Error(`Another provider is named "${next.name}" already; give this one a name of its own.`);
      if (!same) next.watch?.(tellAll);
      providers.set(next.name, next);
      current = next;
    },
    watch: (changed) => void watchers.add(changed),
    async allocate(request) {
      const by = current;
      return recorded(by, await by.allocate(request));
    },
    async allocateHostPorts(networkMode, request) {
      const by = hostPorts.find(({ name }) => name === networkMode);
      return by && recorded(by, await by.allocate(request));
    },
    async publish(taskArn, publicIp) {
      const by = serving(taskArn, publicIp.provider);
      const assignment = assignmentOf(taskArn, publicIp);
      return recorded(by, (await by.publish?.(assignment)) ?? assignment);
    },
    async open(taskArn, publicIp, endpoint) {
      await serving(taskArn, publicIp.provider).open(assignmentOf(taskArn, publicIp), endpoint);
    },
    async release(taskArn, publicIp) {
      const by = providers.get(publicIp.provider);
      if (by) return by.release(taskArn);
      log.warn(
        `Task ${taskArn} stopped; its public IP came from the provider "${publicIp.provider}", which ${unknown(providers)} ` +
          'What that provider made outside KECS has to be removed by hand.',
      );
    },
    restore: (tasks) => restore(tasks, providers, log),
    async close() {
      await Promise.all([...providers.values()].map((one) => closeQuietly(one, log)));
    },
  };
}

/** Whatever gave a task its ports serves it in the same way. */
type Serving = Omit<PublicIpProvider, 'allocate'>;

const unknown = (providers: ReadonlyMap<string, unknown>) =>
  `is not configured any more (there is ${[...providers.keys()].map((name) => `"${name}"`).join(', ')}).`;

const assignmentOf = (taskArn: string, { publicIp, ports }: TaskPublicIp): PublicIpAssignment => ({
  taskArn,
  ...(publicIp !== undefined && { publicIp }),
  ports,
});

const recorded = ({ name }: Serving, { publicIp, ports }: PublicIpAssignment): TaskPublicIp => ({
  provider: name,
  ...(publicIp !== undefined && { publicIp }),
  ports,
});

/** Every provider is asked, also one that serves no task: it may find what ended tasks have left. */
async function restore(
  tasks: readonly PublicIpAssignmentOf[],
  providers: ReadonlyMap<string, Serving>,
  log: Log,
): Promise<readonly PublicIpAssignmentOf[]> {
  const answers = [...providers.values()].map((provider) => {
    const own = tasks.filter((task) => task.provider === provider.name);
    return restoreBy(provider, own, log);
  });
  const restored = new Map((await Promise.all(answers)).flat().map((assignment) => [assignment.taskArn, assignment]));
  for (const { taskArn, provider } of tasks) {
    if (!providers.has(provider))
      log.warn(`Task ${taskArn} keeps a public IP of the provider "${provider}", which ${unknown(providers)}`);
  }
  return tasks.map((task) => ({ ...(restored.get(task.taskArn) ?? task), provider: task.provider }));
}

async function restoreBy(provider: Serving, own: readonly PublicIpAssignmentOf[], log: Log) {
  try {
    return (await provider.restore?.(own.map((task) => assignmentOf(task.taskArn, task)))) ?? [];
  } catch (error) {
    log.error(error, `The provider "${provider.name}" could not take up the public IPs of ${own.length} tasks.`);
    return [];
  }
}

async function closeQuietly(provider: Serving, log: Log): Promise<void> {
  try {
    await provider.close?.();
  } catch (error) {
    log.error(error, `The provider "${provider.name}" did not close.`);
  }
}
