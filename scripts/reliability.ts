/**
 * Kills KECS at random moments under a load of RunTask and StopTask, and looks after each kill whether anything was lost:
 * `npm run reliability -- [--kills 100] [--kubeconfig PATH] [--seed N] [--write FILE]`. Exit code 1 on any fault.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dayAndCommit } from './bench/machine-facts.ts';
import { writeReport } from './bench/report.ts';
import { format } from './bench/table.ts';
import { Faults } from './reliability/faults.ts';
import { embeddedGround, kubernetesGround } from './reliability/ground.ts';
import { killAtRandom } from './reliability/kills.ts';
import { createRandom } from './reliability/random.ts';
import { tableOf } from './reliability/report.ts';
import { Run } from './reliability/run.ts';

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    kubeconfig: { type: 'string' },
    write: { type: 'string' },
  },
});
const [kills, seed] = [wholeNumber('kills'), wholeNumber('seed')];
// Interrupted, the process ends with its "exit" listeners, which end KECS.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const ground = options.kubeconfig ? await kubernetesGround(options.kubeconfig) : await embeddedGround();
const directory = await mkdtemp(join(tmpdir(), 'kecs-reliability-'));
const faults = new Faults(({ kind, what }) => say(`FAULT (${kind}): ${what}`));
const random = createRandom(seed);
say(`${kills} kills, seed ${seed}. KECS writes its log to ${join(directory, 'kecs.log')}.`);
const made = await dayAndCommit();
const run = await Run.open({ ground, random, faults, directory });
const done = await killAtRandom(run, { kills, random, faults, say });
const table = format(tableOf({ ground, seed, made, done, run, faults }));
console.log(`\n${table}`);
if (faults.size > 0) process.exitCode = 1;
else await rm(directory, { recursive: true });
if (options.write) await writeReport(options.write, commandLine(), [table], `reliability:${ground.marker}`);

function say(text: string): void {
  console.error(text);
}

function wholeNumber(name: 'kills' | 'seed'): number {
  const value = options[name];
  if (!/^\d{1,6}$/.test(value)) throw new Error(`--${name} ${value} is no whole number of at most six digits.`);
  return Number(value);
}

/** As somebody else would type it, without the paths of this machine. */
function commandLine(): string {
  const kubeconfig = options.kubeconfig ? ' --kubeconfig "$KUBECONFIG"' : '';
  return `npm run reliability -- --kills ${kills} --seed ${seed}${kubeconfig} --write ${options.write}`;
}
