import type { BenchCase, BenchContext } from '../bench-case.ts';
import { startContender } from '../contenders.ts';
import { median, milliseconds } from '../statistics.ts';
import { atMost } from '../targets.ts';

const rounds = 7;
const names = ['KECS', 'ministack', 'moto'] as const;

export const ready: BenchCase = {
  name: 'ready',
  async run(context) {
    const measured = { KECS: [] as number[], ministack: [] as number[], moto: [] as number[] };
    // The first round reads the programs from the disk and is not counted.
    for (let round = 0; round <= rounds; round++) {
      for (const name of names) {
        const readyAfterMs = await readyTime(context, name, round);
        context.progress(`Ready round ${round}: ${name} ${milliseconds(readyAfterMs)}`);
        if (round > 0) measured[name].push(readyAfterMs);
      }
    }
    const kecs = median(measured.KECS);
    const rows = names.map((name) => {
      const value = median(measured[name]);
      const verdict = name === 'KECS' ? atMost(kecs, 500, ' ms') : [];
      return [name, milliseconds(value), `${(kecs / value).toFixed(2)} ×`, ...verdict];
    });
    const note = `From the start of the process to its first answer to ListClusters; one server at a time, ${rounds} rounds, medians. KECS starts with an empty state file.`;
    return [{ title: 'Ready', header: ['', 'ready after', 'KECS ÷ it', 'target', 'met'], rows, note }];
  },
};

async function readyTime(context: BenchContext, name: (typeof names)[number], round: number): Promise<number> {
  const server = await startContender(name, context, `ready-${round}.json`);
  await server.stop();
  return server.readyAfterMs;
}
