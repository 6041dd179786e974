import { setTimeout as delay } from 'node:timers/promises';
import type { BenchCase, BenchContext } from '../bench-case.ts';
import { type Contender, withContenders } from '../contenders.ts';
import { type Load, perSecond } from '../load.ts';
import { runWebApp, setUp, webApp } from '../requests.ts';
import { median, times, whole } from '../statistics.ts';
import type { Table } from '../table.ts';
import { atLeast } from '../targets.ts';

const rounds = 5;

const loads: Readonly<Record<string, (contender: Contender) => Load>> = {
  RegisterTaskDefinition: () => ({
    operation: 'RegisterTaskDefinition',
    inputs: Array.from({ length: 10 }, (_, i) => ({ ...webApp, family: `web-app-${i}` })),
    connections: 16,
    maxRequests: 2000,
    maxSeconds: 5,
  }),
  RunTask: ({ subnet }) => ({
    operation: 'RunTask',
    inputs: [runWebApp(subnet, 'DISABLED')],
    connections: 16,
    maxRequests: 500,
    maxSeconds: 5,
  }),
};

export const writes: BenchCase = {
  name: 'writes',
  run: (context) =>
    withContenders(context, 'writes.json', async (contenders) => {
      const rows: string[][] = [];
      for (const operation of Object.keys(loads)) rows.push(await measure(context, contenders, operation));
      return [tableOf(rows)];
    }),
};

async function measure(context: BenchContext, contenders: readonly Contender[], operation: string): Promise<string[]> {
  const measured: Record<string, number[]> = { KECS: [], ministack: [], moto: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const contender of contenders) {
      const rate = await rateOf(context, contender, operation);
      context.progress(`${operation} round ${round}: ${contender.name} ${whole(rate)}/s`);
      if (round > 0) measured[contender.name]?.push(rate);
    }
  }
  const [kecs, ministack, moto] = ['KECS', 'ministack', 'moto'].map((name) => median(measured[name] ?? []));
  const ratio = (kecs ?? 0) / (ministack ?? 0);
  return [
    operation,
    whole(kecs ?? 0),
    whole(ministack ?? 0),
    whole(moto ?? 0),
    times(ratio),
    ...atLeast(ratio, 4, ' ×'),
  ];
}

/** Resets before and after, so that tasks which KECS still starts take no time from who is measured next. */
async function rateOf({ generator }: BenchContext, contender: Contender, operation: string): Promise<number> {
  await contender.reset();
  await setUp(contender);
  const load = loads[operation]?.(contender);
  if (!load) throw new Error(`There is no load of ${operation}.`);
  const rate = perSecond(await generator.load(contender, load));
  await contender.reset();
  await delay(300);
  return rate;
}

function tableOf(rows: readonly string[][]): Table {
  return {
    title: 'Writing operations, requests per second',
    header: ['', 'KECS', 'ministack', 'moto', 'KECS ÷ ministack', 'target', 'met'],
    rows,
    note: `16 connections, ${rounds} rounds over all three in turn, medians; a round is 2,000 RegisterTaskDefinition (ten families) or 500 RunTask (one task each, no public IP), everything forgotten before it. KECS commits each to a state file before it answers and runs the tasks on its embedded Kubernetes meanwhile; the others keep memory only and run nothing.`,
  };
}
