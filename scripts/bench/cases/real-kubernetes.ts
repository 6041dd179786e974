import { setTimeout as delay } from 'node:timers/promises';
import type { BenchCase, BenchContext } from '../bench-case.ts';
import type { Probing } from '../http-probe.ts';
import { startKecs } from '../kecs.ts';
import { clusterName, setUp, stopTasks } from '../requests.ts';
import type { ServerProcess } from '../server-process.ts';
import { median, milliseconds, times } from '../statistics.ts';
import type { Table } from '../table.ts';
import { atMost } from '../targets.ts';
import { type DirectKubernetes, connectDirectly } from '../direct-kubernetes.ts';
import { launchPublicTask } from './embedded-task.ts';

const launches = 10;
/** A packet that is lost while iptables' rules change is sent again only after a second, hence the short attempts. */
const probing: Probing = { pauseMs: 5, attemptMs: 200, limitMs: 60_000 };

export const realKubernetes: BenchCase = {
  name: 'real-kubernetes',
  async run(context) {
    const { kubeconfig, progress } = context;
    if (!kubeconfig) {
      progress('Left out: real-kubernetes needs --kubeconfig PATH.');
      return [];
    }
    const direct = await connectDirectly(kubeconfig);
    try {
      return [await measureBoth(context, kubeconfig, direct)];
    } finally {
      await direct.cleanUp([`${clusterName}-us-east-1`]);
    }
  },
};

async function measureBoth(context: BenchContext, kubeconfig: string, direct: DirectKubernetes): Promise<Table> {
  const flags = ['--cluster', 'kubeconfig'];
  const env = { KUBECONFIG: kubeconfig };
  const kecs = await startKecs({ directory: context.directory, state: 'real-kubernetes.json', flags, env });
  try {
    await setUp(kecs);
    return await measure(context, kecs, direct);
  } finally {
    await kecs.stop();
  }
}

async function measure({ progress }: BenchContext, kecs: ServerProcess, direct: DirectKubernetes): Promise<Table> {
  const ofKecs: number[] = [];
  const ofDirect: number[] = [];
  // The first of each creates connections and, for KECS, the namespace, and is not counted.
  for (let round = 0; round <= launches; round++) {
    const { taskArn, reachableMs } = await launchPublicTask(kecs, probing);
    await stopTasks(kecs, [taskArn]);
    await delay(500);
    const directMs = await direct.launch(round, probing);
    await delay(500);
    progress(`Real Kubernetes round ${round}: KECS ${milliseconds(reachableMs)}, direct ${milliseconds(directMs)}`);
    if (round === 0) continue;
    ofKecs.push(reachableMs);
    ofDirect.push(directMs);
  }
  return tableOf(ofKecs, ofDirect);
}

function tableOf(ofKecs: readonly number[], ofDirect: readonly number[]): Table {
  const kecs = median(ofKecs);
  const direct = median(ofDirect);
  const row = (what: string, values: readonly number[], verdict: readonly string[]): string[] => [
    what,
    milliseconds(median(values)),
    milliseconds(Math.min(...values)),
    milliseconds(Math.max(...values)),
    times(kecs / median(values)),
    ...verdict,
  ];
  const [, met] = atMost(kecs, 1.15 * direct + 100, ' ms');
  return {
    title: 'A public task on a real Kubernetes, to its first HTTP 200',
    header: ['', 'p50', 'least', 'most', 'KECS ÷ it', 'target', 'met'],
    rows: [
      row('KECS: RunTask → host port', ofKecs, ['≤ 1.15 × + 100 ms', met]),
      row('Pod and NodePort Service made with client-node → NodePort', ofDirect, []),
    ],
    note: `nginx:latest, ${launches} of each alternating, each gone before the next. The direct side creates Pod and Service at once and asks 127.0.0.1:nodePort.`,
  };
}
