import { once } from 'node:events';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { BenchCase } from '../bench-case.ts';
import type { Endpoint } from '../ecs-call.ts';
import { type Probing, firstOk } from '../http-probe.ts';
import { startKecs } from '../kecs.ts';
import { type TaskSeen, hostPortOf, runTasks, runWebApp, setUp, stopTasks, untilStatus } from '../requests.ts';
import { milliseconds } from '../statistics.ts';
import type { Table } from '../table.ts';
import { atLeast } from '../targets.ts';

const tasks = 300;
const probing: Probing = { pauseMs: 5, attemptMs: 2000, limitMs: 5000 };

export const manyPublicTasks: BenchCase = {
  name: 'many-public-tasks',
  async run({ directory, progress }) {
    const kecs = await startKecs({ directory, state: 'many-public-tasks.json' });
    try {
      await setUp(kecs);
      const { counts, running } = await startAll(kecs, progress);
      return [tableOf([...counts, ...(await stopAll(kecs, running))])];
    } finally {
      await kecs.stop();
    }
  },
};

type Count = readonly [what: string, count: number, afterMs: number | undefined];

async function startAll(
  kecs: Endpoint,
  progress: (text: string) => void,
): Promise<{ counts: Count[]; running: TaskSeen[] }> {
  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  const input = runWebApp('subnet-12345678', 'ENABLED', 10);
  const taskArns = (await Promise.all(Array.from({ length: tasks / 10 }, () => runTasks(kecs, input)))).flat();
  const counts: Count[] = [['accepted', taskArns.length, elapsed()]];
  const running = await untilStatus(kecs, taskArns, 'RUNNING');
  counts.push(['running', running.length, elapsed()]);
  const reachable = await countReachable(running, progress);
  counts.push(['answering on a host port, as the task they are', reachable, elapsed()]);
  return { counts, running };
}

async function stopAll(kecs: Endpoint, running: readonly TaskSeen[]): Promise<Count[]> {
  const ports = running.map(hostPortOf).filter((port) => port !== undefined);
  const startedAt = performance.now();
  await stopTasks(
    kecs,
    running.map((task) => task.taskArn),
  );
  const stoppedMs = performance.now() - startedAt;
  return [
    ['different host ports', new Set(ports).size, undefined],
    ['stopped', running.length, stoppedMs],
    ['host ports free again', await countTrue(ports, isFree), undefined],
  ];
}

/** The simulated container says in its answer which task it is; so a port that leads to another task is found out. */
async function countReachable(running: readonly TaskSeen[], progress: (text: string) => void): Promise<number> {
  return countTrue(running, async (task) => {
    const port = hostPortOf(task) ?? 0;
    const body = await firstOk(port, probing).catch((error: Error) => error.message);
    const isThisTask = body.includes(task.taskArn.split('/').at(-1) ?? '');
    if (!isThisTask) progress(`Port ${port} of ${task.taskArn} answered: ${body.slice(0, 200)}`);
    return isThisTask;
  });
}

/** A few at a time, as the limit of a probe is for one of them and not for the queue before it. */
async function countTrue<T>(items: readonly T[], probe: (item: T) => Promise<boolean>): Promise<number> {
  let count = 0;
  const waiting = items.values();
  const probeNext = async (): Promise<void> => {
    for (const item of waiting) if (await probe(item).catch(() => false)) count++;
  };
  await Promise.all(Array.from({ length: 16 }, probeNext));
  return count;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
  return true;
}

function tableOf(counts: readonly Count[]): Table {
  return {
    title: `${tasks} public tasks at once on the embedded Kubernetes`,
    header: ['', 'tasks', 'after', 'target', 'met'],
    rows: counts.map(([what, count, afterMs]) => [
      what,
      String(count),
      afterMs === undefined ? '' : milliseconds(afterMs),
      ...atLeast(count, tasks, ''),
    ]),
    note: `${tasks / 10} RunTask of ten tasks sent at once. The times count from there, and from the first StopTask.`,
  };
}
