import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { Run } from './run.ts';

export interface KillsWanted {
  readonly kills: number;
  readonly random: Random;
  readonly faults: Faults;
  readonly say: (text: string) => void;
}

export interface KillsDone {
  /** Of a process that was starting, with calls coming in. */
  starting: number;
  /** Of one that had taken up everything. */
  working: number;
  seconds: number;
}

/** A third of the kills. */
const whileStarting = 0.33;
const startingMs = 1_500;
const [leastWorkingMs, mostWorkingMs] = [200, 3_000];
/** All waits have limits of their own; faults that make each of them wait to its end must not add up for hours. */
const secondsPerKill = 20;

/** Kill after kill, each with a check after it, except for kills during the start that would come before the check. */
export async function killAtRandom(run: Run, { kills, random, faults, say }: KillsWanted): Promise<KillsDone> {
  const startedAt = performance.now();
  const done: KillsDone = { starting: 0, working: 0, seconds: 0 };
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  await begin(run);
  for (let kill = 1; kill <= kills; kill++) {
    if (elapsed() > 120 + kills * secondsPerKill) {
      faults.add('stuck', `Only ${kill - 1} of ${kills} kills were made in ${Math.round(elapsed())} s.`);
      break;
    }
    const isStarting = random.chance(whileStarting);
    const ms = isStarting ? random.between(0, startingMs) : random.between(leastWorkingMs, mostWorkingMs);
    await killOnce(run, isStarting, ms);
    done[isStarting ? 'starting' : 'working'] += 1;
    say(progressOf(run, `Kill ${kill} after ${Math.round(ms)} ms of ${isStarting ? 'its start' : 'load'}`, faults));
  }
  await end(run);
  return { ...done, seconds: elapsed() };
}

async function begin(run: Run): Promise<void> {
  const kecs = await run.spawn();
  await run.setUp();
  await kecs.end('SIGKILL');
}

async function killOnce(run: Run, isStarting: boolean, ms: number): Promise<void> {
  const kecs = await run.spawn();
  if (!isStarting) await run.check();
  await run.underLoad(ms, () => kecs.end('SIGKILL'));
}

/** The last kill is looked after, too; then the load goes on unharmed, and all ends. */
async function end(run: Run): Promise<void> {
  const kecs = await run.spawn();
  await run.check();
  await run.underLoad(mostWorkingMs, async () => undefined);
  await run.check();
  await run.stopAll();
  await run.removeCluster();
  await kecs.end('SIGTERM');
}

function progressOf({ counts, settled }: Run, what: string, faults: Faults): string {
  const after = settled.at(-1);
  const agreed = after === undefined ? '' : `, last agreed after ${Math.round(after)} ms`;
  return `${what}: ${counts.run} tasks run, ${counts.stopped} stopped${agreed}, ${faults.size} faults so far`;
}
