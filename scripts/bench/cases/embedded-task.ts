import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchCase } from '../bench-case.ts';
import type { Endpoint } from '../ecs-call.ts';
import { type Probing, firstOk } from '../http-probe.ts';
import { startKecs } from '../kecs.ts';
import { describe, hostPortOf, runTasks, runWebApp, setUp, stopTasks } from '../requests.ts';
import { median, milliseconds, percentile } from '../statistics.ts';
import { atMost } from '../targets.ts';

const tasks = 50;
const warmUps = 3;
const probing: Probing = { pauseMs: 1, attemptMs: 1000, limitMs: 20_000 };

export const embeddedTask: BenchCase = {
  name: 'embedded-task',
  async run({ directory, progress }) {
    const kecs = await startKecs({ directory, state: 'embedded-task.json' });
    try {
      await setUp(kecs);
      const launches: PublicLaunch[] = [];
      for (let i = 0; i < tasks + warmUps; i++) launches.push(await launchPublicTask(kecs, probing));
      await stopTasks(
        kecs,
        launches.map(({ taskArn }) => taskArn),
      );
      const counted = launches.slice(warmUps);
      progress(`Embedded: ${counted.length} tasks`);
      const answered = counted.map((launch) => launch.answeredMs);
      const reachable = counted.map((launch) => launch.reachableMs);
      const row = (what: string, values: readonly number[], limit: number): string[] => {
        const p50 = median(values);
        return [what, milliseconds(p50), milliseconds(percentile(values, 99)), ...atMost(p50, limit, ' ms')];
      };
      const note = `${tasks} public tasks one after another (after ${warmUps} not counted); the port is looked up with DescribeTasks, and asked until it answers 200. Each stays running.`;
      const rows = [row('RunTask answered', answered, 5), row('first HTTP 200 on the host port', reachable, 100)];
      return [
        {
          title: 'A public task on the embedded Kubernetes',
          header: ['', 'p50', 'p99', 'target (p50)', 'met'],
          rows,
          note,
        },
      ];
    } finally {
      await kecs.stop();
    }
  },
};

export interface PublicLaunch {
  readonly taskArn: string;
  readonly hostPort: number;
  readonly answeredMs: number;
  readonly reachableMs: number;
}

/** Runs one public task; both times count from the moment RunTask is sent. */
export async function launchPublicTask(kecs: Endpoint, probing: Probing): Promise<PublicLaunch> {
  const sentAt = performance.now();
  const [taskArn = ''] = await runTasks(kecs, runWebApp('subnet-12345678', 'ENABLED'));
  const answeredMs = performance.now() - sentAt;
  const hostPort = await untilBound(kecs, taskArn, probing.pauseMs);
  await firstOk(hostPort, probing);
  return { taskArn, hostPort, answeredMs, reachableMs: performance.now() - sentAt };
}

async function untilBound(kecs: Endpoint, taskArn: string, pauseMs: number): Promise<number> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const [task] = await describe(kecs, [taskArn]);
    const hostPort = hostPortOf(task);
    if (hostPort !== undefined) return hostPort;
    if (task?.lastStatus === 'STOPPED') throw new Error(`${taskArn} stopped: ${task.stoppedReason}`);
    if (Date.now() > deadline)
      throw new Error(`${taskArn} has no host port after a minute; it is ${task?.lastStatus}.`);
    await delay(pauseMs);
  }
}
