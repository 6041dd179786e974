import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchCase, BenchContext } from '../bench-case.ts';
import { type DirectKubernetes, connectDirectly } from '../direct-kubernetes.ts';
import type { Endpoint } from '../ecs-call.ts';
import { type Probing, firstOk } from '../http-probe.ts';
import { startKecs } from '../kecs.ts';
import { clusterName, describe, hostPortOf, runTasks, runWebApp, setUp, stopTasks } from '../requests.ts';
import { median, milliseconds, times } from '../statistics.ts';
import type { Table } from '../table.ts';
import { atMost } from '../targets.ts';

const tasks = 50;
const rounds = 3;
/** Fifty ports that are asked more often would take the processor time that their Pods need. */
const probing: Probing = { pauseMs: 50, attemptMs: 500, limitMs: 180_000 };

export const manyOnRealKubernetes: BenchCase = {
  name: 'many-on-real-kubernetes',
  async run(context) {
    const { kubeconfig, progress } = context;
    if (!kubeconfig) {
      progress('Left out: many-on-real-kubernetes needs --kubeconfig PATH.');
      return [];
    }
    const direct = await connectDirectly(kubeconfig);
    try {
      return [await measure(context, kubeconfig, direct)];
    } finally {
      await direct.cleanUp([`${clusterName}-us-east-1`]);
    }
  },
};

async function measure(context: BenchContext, kubeconfig: string, direct: DirectKubernetes): Promise<Table> {
  const flags = ['--cluster', 'kubeconfig'];
  const env = { KUBECONFIG: kubeconfig };
  const kecs = await startKecs({ directory: context.directory, state: 'many-on-real.json', flags, env });
  const [ofKecs, ofDirect]: [number[], number[]] = [[], []];
  try {
    await setUp(kecs);
    for (let round = 1; round <= rounds; round++) {
      const kecsMs = await launchAll(kecs);
      const directMs = await direct.launchMany(tasks, probing);
      context.progress(
        `${tasks} on a real Kubernetes, round ${round}: KECS ${milliseconds(kecsMs)}, direct ${milliseconds(directMs)}`,
      );
      ofKecs.push(kecsMs);
      ofDirect.push(directMs);
    }
  } finally {
    await kecs.stop();
  }
  return tableOf(ofKecs, ofDirect);
}

/** Resolves with the milliseconds until all host ports have answered 200; the tasks have stopped by then. */
async function launchAll(kecs: Endpoint): Promise<number> {
  const sentAt = performance.now();
  const input = runWebApp('subnet-12345678', 'ENABLED', 10);
  const taskArns = (await Promise.all(Array.from({ length: tasks / 10 }, () => runTasks(kecs, input)))).flat();
  await allAnswer(kecs, taskArns);
  const reachableMs = performance.now() - sentAt;
  await stopTasks(kecs, taskArns);
  // Pods of stopped tasks may still be ending, and would take from what comes next.
  await delay(5_000);
  return reachableMs;
}

/** Each port is asked from the moment on at which DescribeTasks tells it. */
async function allAnswer(kecs: Endpoint, taskArns: readonly string[]): Promise<void> {
  const probes = new Map<string, Promise<string>>();
  const deadline = Date.now() + probing.limitMs;
  while (probes.size < taskArns.length) {
    for (const task of await describe(
      kecs,
      taskArns.filter((arn) => !probes.has(arn)),
    )) {
      if (task.lastStatus === 'STOPPED') throw new Error(`${task.taskArn} stopped: ${task.stoppedReason}`);
      const port = hostPortOf(task);
      if (port !== undefined) probes.set(task.taskArn, firstOk(port, probing));
    }
    if (Date.now() > deadline) throw new Error(`Only ${probes.size} of ${taskArns.length} tasks have a host port.`);
    await delay(probing.pauseMs);
  }
  await Promise.all(probes.values());
}

function tableOf(ofKecs: readonly number[], ofDirect: readonly number[]): Table {
  const kecs = median(ofKecs);
  const ratio = (values: readonly number[]): string => times(kecs / median(values));
  const row = (what: string, values: readonly number[], verdict: readonly string[]): string[] => [
    what,
    milliseconds(median(values)),
    milliseconds(Math.min(...values)),
    milliseconds(Math.max(...values)),
    ratio(values),
    ...verdict,
  ];
  const [, met] = atMost(kecs, 1.15 * median(ofDirect), ' ms');
  return {
    title: `${tasks} public tasks at once on a real Kubernetes, until all have answered HTTP 200`,
    header: ['', 'p50', 'least', 'most', 'KECS ÷ it', 'target', 'met'],
    rows: [
      row('KECS: RunTask → host ports', ofKecs, ['≤ 1.15 ×', met]),
      row('Pods and NodePort Services made with client-node → NodePorts', ofDirect, []),
    ],
    note: `nginx:latest, ${rounds} rounds of each alternating; ${tasks / 10} RunTask of ten tasks sent at once, ${tasks} Pods and ${tasks} Services created at once.`,
  };
}
