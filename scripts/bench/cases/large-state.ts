import { copyFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TaskRecord } from '../../../lib/model/task.ts';
import { openStore } from '../../../lib/store/json-store.ts';
import type { BenchCase, BenchContext } from '../bench-case.ts';
import { call } from '../ecs-call.ts';
import { startKecs } from '../kecs.ts';
import type { Load } from '../load.ts';
import { clusterName, runTasks, runWebApp, setUp, stopTasks, untilStatus } from '../requests.ts';
import type { ServerProcess } from '../server-process.ts';
import { median, milliseconds, times } from '../statistics.ts';
import type { Table } from '../table.ts';
import { atMost } from '../targets.ts';

const stoppedTasks = 5000;
const rounds = 5;
const operations = ['RunTask', 'DescribeTasks', 'ListTasks'] as const;

type Latencies = Record<(typeof operations)[number], number[]>;

export const largeState: BenchCase = {
  name: 'large-state',
  async run(context) {
    await prepareStates(context.directory);
    const empty = await startKecs({ directory: context.directory, state: 'empty.json' });
    const full = await startKecs({ directory: context.directory, state: 'full.json' }).catch(async (error: unknown) => {
      await empty.stop();
      throw error;
    });
    try {
      return [tableOf(await measure(context, empty, full))];
    } finally {
      await Promise.all([empty.stop(), full.stop()]);
    }
  },
};

/** A file with a cluster and a task definition, and one with 5,000 copies of a task besides that really ran and was stopped. */
async function prepareStates(directory: string): Promise<void> {
  const template = await startKecs({ directory, state: 'empty.json' });
  await setUp(template);
  const taskArns = await runTasks(template, runWebApp('subnet-12345678', 'DISABLED'));
  await untilStatus(template, taskArns, 'RUNNING');
  await stopTasks(template, taskArns);
  await template.stop();
  await copyFile(join(directory, 'empty.json'), join(directory, 'full.json'));
  const [task] = await withStore(join(directory, 'empty.json'), (store) => {
    const tasks = [...store.tasks.values()];
    for (const { arn } of tasks) store.tasks.delete(arn);
    return tasks;
  });
  if (!task) throw new Error('The stopped task is not in the state file.');
  await withStore(join(directory, 'full.json'), (store) => {
    for (let i = 1; i < stoppedTasks; i++) store.tasks.put(copyOf(task));
  });
}

async function withStore<T>(path: string, change: (store: Awaited<ReturnType<typeof openStore>>) => T): Promise<T> {
  const store = await openStore({ path, warn: console.error });
  const result = change(store);
  await store.commit();
  await store.close();
  return result;
}

function copyOf(task: TaskRecord): TaskRecord {
  return JSON.parse(JSON.stringify(task).replaceAll(task.id, randomUUID().replaceAll('-', ''))) as TaskRecord;
}

async function measure(
  context: BenchContext,
  empty: ServerProcess,
  full: ServerProcess,
): Promise<[Latencies, Latencies]> {
  const ofEmpty: Latencies = { RunTask: [], DescribeTasks: [], ListTasks: [] };
  const ofFull: Latencies = { RunTask: [], DescribeTasks: [], ListTasks: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const operation of operations) {
      for (const [server, latencies] of [[empty, ofEmpty] as const, [full, ofFull] as const]) {
        const measured = (await context.generator.load(server, await loadOf(operation, server))).latencies;
        if (round > 0) latencies[operation].push(...measured);
        if (operation === 'RunTask') await settle(server);
      }
    }
    context.progress(`Large state round ${round}`);
  }
  return [ofEmpty, ofFull];
}

async function loadOf(operation: (typeof operations)[number], server: ServerProcess): Promise<Load> {
  const bounds = { operation, connections: 1, maxSeconds: 10 };
  if (operation === 'RunTask')
    return { ...bounds, inputs: [runWebApp('subnet-12345678', 'DISABLED')], maxRequests: 16 };
  if (operation === 'ListTasks') return { ...bounds, inputs: [{ cluster: clusterName }], maxRequests: 300 };
  return { ...bounds, inputs: [{ cluster: clusterName, tasks: (await settle(server)).slice(0, 1) }], maxRequests: 300 };
}

/** Waits until all tasks run, so that their start takes no time from what is measured next. */
async function settle(server: ServerProcess): Promise<string[]> {
  const { taskArns } = await call<{ taskArns: string[] }>(server, 'ListTasks', { cluster: clusterName });
  await untilStatus(server, taskArns, 'RUNNING');
  return taskArns;
}

function tableOf([ofEmpty, ofFull]: [Latencies, Latencies]): Table {
  const rows = operations.map((operation) => {
    const empty = median(ofEmpty[operation]);
    const full = median(ofFull[operation]);
    return [
      operation,
      milliseconds(empty),
      milliseconds(full),
      times(full / empty),
      ...atMost(full / empty, 1.5, ' ×'),
    ];
  });
  return {
    title: 'With 5,000 stopped tasks in the state file',
    header: ['', 'empty file, p50', '5,000 tasks, p50', 'ratio', 'target', 'met'],
    rows,
    note: `Two KECS in turn, one connection, ${rounds} rounds of 16 RunTask, 300 DescribeTasks (one task) and 300 ListTasks; the copies are of a task that ran and was stopped.`,
  };
}
