import { fileURLToPath } from 'node:url';
import type { BenchCase, BenchContext } from '../bench-case.ts';
import { type Contender, withContenders } from '../contenders.ts';
import { type Endpoint, call, ecsHeaders, send } from '../ecs-call.ts';
import { perSecond } from '../load.ts';
import { type ServerProcess, freePort, startServer } from '../server-process.ts';
import { median, times, whole } from '../statistics.ts';
import type { Table } from '../table.ts';
import { atLeast } from '../targets.ts';

const rounds = 5;

export const listClusters: BenchCase = {
  name: 'list-clusters',
  run: (context) => withContenders(context, 'list-clusters.json', (contenders) => measure(context, contenders)),
};

async function measure(context: BenchContext, contenders: readonly Contender[]): Promise<Table[]> {
  for (const contender of contenders) {
    for (let i = 0; i < 10; i++) await call(contender, 'CreateCluster', { clusterName: `bench-${i}` });
  }
  const kecs = contenders.find(({ name }) => name === 'KECS');
  if (!kecs) throw new Error('KECS does not run.');
  const bare = await startBareServer(context, kecs);
  try {
    return [tableOf(await rates(context, [...contenders, bare]))];
  } finally {
    await bare.stop();
  }
}

async function rates(context: BenchContext, endpoints: readonly Endpoint[]): Promise<Map<string, number>> {
  const measured = new Map<string, number[]>(endpoints.map(({ name }) => [name, []]));
  // The first round warms the compilers up and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const endpoint of endpoints) {
      const load = { operation: 'ListClusters', inputs: [{}], connections: 16, maxRequests: 100_000, maxSeconds: 2 };
      const rate = perSecond(await context.generator.load(endpoint, load));
      context.progress(`ListClusters round ${round}: ${endpoint.name} ${whole(rate)}/s`);
      if (round > 0) measured.get(endpoint.name)?.push(rate);
    }
  }
  return new Map([...measured].map(([name, values]) => [name, median(values)]));
}

async function startBareServer({ directory }: BenchContext, kecs: Endpoint): Promise<ServerProcess> {
  const answer = await send(kecs.port, 'POST', '/', ecsHeaders('ListClusters'), '{}');
  const { date, connection, 'keep-alive': keepAlive, 'content-length': length, ...headers } = answer.headers;
  void [date, connection, keepAlive, length];
  const port = await freePort();
  const script = fileURLToPath(new URL('../bare-server.ts', import.meta.url));
  const args = ['--import', 'tsx', script, String(port), JSON.stringify(headers), answer.text];
  return startServer({ name: 'bare node:http', command: process.execPath, args, env: {}, port, directory });
}

function tableOf(rate: ReadonlyMap<string, number>): Table {
  const kecs = rate.get('KECS') ?? Number.NaN;
  const ratio = (name: string): number => kecs / (rate.get(name) ?? Number.NaN);
  const row = (name: string, verdict: readonly string[]): string[] => [
    name,
    whole(rate.get(name) ?? Number.NaN),
    name === 'KECS' ? '' : times(ratio(name)),
    ...verdict,
  ];
  return {
    title: 'ListClusters',
    header: ['', 'requests per second', 'KECS ÷ it', 'target', 'met'],
    rows: [
      row('KECS', []),
      row('ministack', atLeast(ratio('ministack'), 5, ' ×')),
      row('moto', []),
      row('bare node:http', atLeast(ratio('bare node:http'), 0.5, ' ×')),
    ],
    note: `Ten clusters, 16 connections, ${rounds} rounds of 2 s over all four in turn, medians. The bare server reads and parses each request and answers the bytes and headers of KECS.`,
  };
}
