import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchCase, BenchContext } from '../bench-case.ts';
import { type DirectDeployment, connectDeployment } from '../direct-deployment.ts';
import type { Endpoint } from '../ecs-call.ts';
import { startKecs } from '../kecs.ts';
import { clusterName, setUp } from '../requests.ts';
import { createService, untilSteady, updateService } from '../services.ts';
import { median, milliseconds, times } from '../statistics.ts';
import type { Table } from '../table.ts';
import { atMost } from '../targets.ts';

const tasks = 50;
const rounds = 3;
const pauseMs = 50;

export const serviceOnRealKubernetes: BenchCase = {
  name: 'service-on-real-kubernetes',
  async run(context) {
    const { kubeconfig, progress } = context;
    if (!kubeconfig) {
      progress('Left out: service-on-real-kubernetes needs --kubeconfig PATH.');
      return [];
    }
    const direct = await connectDeployment(kubeconfig);
    try {
      return [await measure(context, kubeconfig, direct)];
    } finally {
      await direct.cleanUp([`${clusterName}-us-east-1`]);
    }
  },
};

async function measure(context: BenchContext, kubeconfig: string, direct: DirectDeployment): Promise<Table> {
  const flags = ['--cluster', 'kubeconfig'];
  const env = { KUBECONFIG: kubeconfig };
  const kecs = await startKecs({ directory: context.directory, state: 'service-on-real.json', flags, env });
  const [ofKecs, ofDirect]: [number[], number[]] = [[], []];
  try {
    await setUp(kecs);
    await createService(kecs, 'web', 1);
    await untilSteady(kecs, ['web'], pauseMs);
    await scaled(kecs, 0);
    for (let round = 1; round <= rounds; round++) {
      const kecsMs = await scaled(kecs, tasks);
      await scaled(kecs, 0);
      // Pods of stopped tasks may still be ending, and would take from what comes next.
      await delay(5000);
      const directMs = await direct.scaleUp(tasks);
      context.progress(
        `${tasks} Pods, round ${round}: KECS ${milliseconds(kecsMs)}, Deployment ${milliseconds(directMs)}`,
      );
      ofKecs.push(kecsMs);
      ofDirect.push(directMs);
    }
  } finally {
    await kecs.stop();
  }
  return tableOf(ofKecs, ofDirect);
}

async function scaled(kecs: Endpoint, desiredCount: number): Promise<number> {
  const sentAt = performance.now();
  await updateService(kecs, 'web', { desiredCount });
  await untilSteady(kecs, ['web'], pauseMs);
  return performance.now() - sentAt;
}

function tableOf(ofKecs: readonly number[], ofDirect: readonly number[]): Table {
  const kecs = median(ofKecs);
  const row = (what: string, values: readonly number[], verdict: readonly string[]): string[] => [
    what,
    milliseconds(median(values)),
    milliseconds(Math.min(...values)),
    milliseconds(Math.max(...values)),
    times(kecs / median(values)),
    ...verdict,
  ];
  const [, met] = atMost(kecs, 1.2 * median(ofDirect), ' ms');
  return {
    title: `A service scaled from 0 to ${tasks} tasks on a real Kubernetes`,
    header: ['', 'p50', 'least', 'most', 'KECS ÷ it', 'target', 'met'],
    rows: [
      row('KECS: UpdateService → steady', ofKecs, ['≤ 1.2 ×', met]),
      row('Deployment scaled → all replicas ready', ofDirect, []),
    ],
    note: `nginx:latest, ${rounds} rounds of each alternating, all Pods gone before the next.`,
  };
}
