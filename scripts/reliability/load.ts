import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Outcome } from './client.ts';
import type { Faults } from './faults.ts';
import type { Ground } from './ground.ts';
import { type Ledger, hostPortsOf } from './ledger.ts';
import type { Random } from './random.ts';

/** Answers that came, and calls that got none. */
export interface LoadCounts {
  run: number;
  stopped: number;
  unanswered: number;
}

export interface LoadParts {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly random: Random;
  readonly ground: Ground;
  readonly counts: LoadCounts;
}

/** Callers that run and stop tasks, and one that looks at them all. Answers a function that ends them. */
export function startLoad(parts: LoadParts): () => Promise<void> {
  const { ground, random } = parts;
  const ended = new AbortController();
  const repeat = async (work: () => Promise<void>): Promise<void> => {
    while (!ended.signal.aborted) {
      await work();
      await delay(random.between(0, ground.pauseMs), undefined, { signal: ended.signal }).catch(() => undefined);
    }
  };
  const callers = Array.from({ length: ground.callers }, () => repeat(() => runOrStop(parts)));
  const all = Promise.all([...callers, repeat(() => lookAtAll(parts))]);
  return async () => {
    ended.abort();
    await all;
  };
}

/** Towards the number of tasks that are to run, and around it. */
async function runOrStop(parts: LoadParts): Promise<void> {
  const { ledger, random, ground, client, counts } = parts;
  const wanted = ledger.wanted;
  const runs = wanted.length === 0 || random.chance(1 - wanted.length / (2 * ground.tasks));
  const answer = runs ? await run(parts) : await client.stop(random.pick(wanted).taskArn ?? '');
  if (answer === 'unanswered') counts.unanswered++;
  if (answer === 'answered' && !runs) counts.stopped++;
}

async function run({ ledger, random, client, counts }: LoadParts): Promise<Outcome> {
  const token = random.token();
  const call = { token, count: random.upTo(3), startedBy: token };
  ledger.calls.set(token, call);
  const answer = await client.run(call);
  if (answer === 'unheard') ledger.calls.delete(token);
  counts.run += ledger.startedBy(call).length;
  return answer;
}

/** One answer holds for one moment: two tasks in it that have the same port have it at the same time. */
async function lookAtAll({ ledger, client, faults }: LoadParts): Promise<void> {
  const arns = ledger.wanted.map(({ taskArn = '' }) => taskArn).slice(-100);
  if (arns.length === 0) return;
  const tasks = await client.describe(arns).catch(() => []);
  const owners = new Map<number, string | undefined>();
  for (const task of tasks) {
    for (const port of hostPortsOf(task)) {
      if (owners.has(port))
        faults.add('double-assigned', `host port ${port} of ${owners.get(port)} and ${task.taskArn}`);
      owners.set(port, task.taskArn);
    }
  }
}
