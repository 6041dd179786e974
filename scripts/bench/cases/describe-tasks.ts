import type { BenchCase, BenchContext } from '../bench-case.ts';
import { type Contender, withContenders } from '../contenders.ts';
import { clusterName, runTasks, runWebApp, setUp, untilStatus } from '../requests.ts';
import { median, milliseconds, percentile, times } from '../statistics.ts';
import type { Table } from '../table.ts';
import { atMost } from '../targets.ts';

const rounds = 5;

type Percentiles = Record<string, number[]>;

export const describeTasks: BenchCase = {
  name: 'describe-tasks',
  run: (context) => withContenders(context, 'describe-tasks.json', (contenders) => measure(context, contenders)),
};

async function measure(context: BenchContext, contenders: readonly Contender[]): Promise<Table[]> {
  const taskArns = new Map<Contender, string[]>();
  for (const contender of contenders) taskArns.set(contender, await hundredTasks(contender));
  const rows: string[][] = [];
  for (const connections of [16, 1]) {
    const p50: Percentiles = { KECS: [], ministack: [], moto: [] };
    const p99: Percentiles = { KECS: [], ministack: [], moto: [] };
    for (let round = 0; round <= rounds; round++) {
      for (const [contender, tasks] of taskArns) {
        const latencies = await latenciesOf(context, contender, tasks, connections);
        context.progress(`DescribeTasks round ${round}: ${contender.name} ${milliseconds(median(latencies))}`);
        if (round > 0) p50[contender.name]?.push(median(latencies));
        if (round > 0) p99[contender.name]?.push(percentile(latencies, 99));
      }
    }
    const who = connections === 1 ? 'one connection' : `${connections} connections`;
    rows.push(rowOf(`p50, ${who}`, p50, connections === 16));
    rows.push(rowOf(`p99, ${who}`, p99, false));
  }
  return [tableOf(rows)];
}

async function hundredTasks(contender: Contender): Promise<string[]> {
  await setUp(contender);
  const taskArns: string[] = [];
  for (let i = 0; i < 10; i++)
    taskArns.push(...(await runTasks(contender, runWebApp(contender.subnet, 'DISABLED', 10))));
  if (contender.name === 'KECS') await untilStatus(contender, taskArns, 'RUNNING');
  return taskArns;
}

async function latenciesOf(
  { generator }: BenchContext,
  contender: Contender,
  tasks: readonly string[],
  connections: number,
): Promise<readonly number[]> {
  const inputs = [{ cluster: clusterName, tasks }];
  const load = { operation: 'DescribeTasks', inputs, connections, maxRequests: 1000, maxSeconds: 2 };
  return (await generator.load(contender, load)).latencies;
}

function rowOf(what: string, measured: Percentiles, isTarget: boolean): string[] {
  const [kecs, ministack, moto] = ['KECS', 'ministack', 'moto'].map((name) => median(measured[name] ?? []));
  const ratio = (kecs ?? 0) / (ministack ?? 0);
  const figures = [kecs, ministack, moto].map((value) => milliseconds(value ?? 0));
  return [what, ...figures, times(ratio), ...(isTarget ? atMost(ratio, 0.25, ' ×') : [])];
}

function tableOf(rows: readonly string[][]): Table {
  return {
    title: 'DescribeTasks of 100 tasks',
    header: ['', 'KECS', 'ministack', 'moto', 'KECS ÷ ministack', 'target', 'met'],
    rows,
    note: `A hundred running tasks in one call; ${rounds} rounds of 2 s or 1,000 calls over all three in turn, medians of the rounds.`,
  };
}
