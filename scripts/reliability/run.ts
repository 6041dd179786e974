import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../bench/server-process.ts';
import { type Client, createClient } from './client.ts';
import { disagreements } from './disagreements.ts';
import type { Fault, Faults } from './faults.ts';
import type { Ground } from './ground.ts';
import { type KecsProcess, spawnKecs } from './kecs-process.ts';
import { Ledger } from './ledger.ts';
import { type LoadCounts, startLoad } from './load.ts';
import type { Random } from './random.ts';

export interface RunOptions {
  readonly ground: Ground;
  readonly random: Random;
  readonly faults: Faults;
  readonly directory: string;
}

const answerLimitMs = 30_000;

/** One state file, and the KECS processes that follow each other on it. */
export class Run {
  readonly counts: LoadCounts = { run: 0, stopped: 0, unanswered: 0 };
  /** Milliseconds from the start of a process until all that it found agreed. */
  readonly settled: number[] = [];
  readonly ledger: Ledger;
  readonly log: string;
  readonly #options: RunOptions;
  readonly #port: number;
  readonly #state: string;

  private constructor(options: RunOptions, port: number) {
    this.#options = options;
    this.#port = port;
    this.ledger = new Ledger(options.faults);
    this.log = join(options.directory, 'kecs.log');
    this.#state = join(options.directory, 'state.json');
  }

  static async open(options: RunOptions): Promise<Run> {
    return new Run(options, await freePort());
  }

  spawn(): Promise<KecsProcess> {
    const { ground } = this.#options;
    const { first, last } = ground.hostPorts;
    const flags = ['--port', String(this.#port), '--state', this.#state, '--log-level', 'warn', ...ground.flags];
    const env = {
      ...process.env,
      ...ground.env,
      KECS_PUBLIC_IP_HOST_PORTS_FIRST: String(first),
      KECS_PUBLIC_IP_HOST_PORTS_LAST: String(last),
      KECS_PUBLIC_IP_FIRST_NODE_PORT: String(ground.firstNodePort),
    };
    return spawnKecs({ flags, env, log: this.log });
  }

  /** Lets the load go on for so long, and whatever then happens to the process happens under it. */
  async underLoad(ms: number, then: () => Promise<void>): Promise<void> {
    await this.#withClient(async (client) => {
      const { ground, faults, random } = this.#options;
      const { ledger, counts } = this;
      const end = startLoad({ client, ledger, faults, random, ground, counts });
      await delay(ms);
      await then();
      await end();
    });
  }

  /** Repeats the calls that got no answer, and waits until tasks, Pods, Services and ports agree; what does not is a fault. */
  async check(): Promise<void> {
    const startedAt = performance.now();
    await this.#withClient(async (client) => {
      if (!(await this.#answering(client))) return;
      await this.#findAnswered(client);
      await this.#repeatUnanswered(client);
      for (const { kind, what } of await this.#untilAgreed(client)) this.#options.faults.add(kind, what);
    });
    this.settled.push(performance.now() - startedAt);
  }

  /** Ends every task and waits until nothing is left of them. */
  async stopAll(): Promise<void> {
    await this.#withClient(async (client) => {
      for (const { taskArn = '' } of this.ledger.wanted) await client.stop(taskArn);
    });
    await this.check();
  }

  async removeCluster(): Promise<void> {
    await this.#withClient((client) => client.removeCluster());
  }

  async setUp(): Promise<void> {
    await this.#withClient(async (client) => {
      if (!(await this.#answering(client))) throw new Error('KECS did not start.');
      await client.setUp(this.#options.ground.container);
    });
  }

  async #withClient(work: (client: Client) => Promise<void>): Promise<void> {
    const client = createClient(this.#port, this.ledger, this.#options.faults);
    try {
      await work(client);
    } finally {
      client.close();
    }
  }

  async #answering(client: Client): Promise<boolean> {
    const deadline = performance.now() + answerLimitMs;
    while (performance.now() < deadline) {
      if (await client.answers()) return true;
      await delay(10);
    }
    this.#options.faults.add('stuck', `KECS did not answer within ${answerLimitMs / 1000} s of its start.`);
    return false;
  }

  /** At once: what was answered is known from the first moment on. */
  async #findAnswered(client: Client): Promise<void> {
    const known = new Set((await client.describe(this.ledger.taskArns)).map(({ taskArn }) => taskArn));
    for (const arn of this.ledger.taskArns)
      if (!known.has(arn)) this.#options.faults.add('lost', `${arn} is not known after a restart`);
  }

  async #repeatUnanswered(client: Client): Promise<void> {
    for (const call of this.ledger.unansweredCalls) {
      const answer = await client.run(call);
      if (answer === 'answered') this.counts.run += this.ledger.startedBy(call).length;
      else this.#options.faults.add('stuck', `RunTask ${call.token} was not answered`);
    }
  }

  /** Answers in what they still do not agree after the limit. */
  async #untilAgreed(client: Client): Promise<readonly Fault[]> {
    const { ground } = this.#options;
    const { instanceId } = JSON.parse(await readFile(this.#state, 'utf8')) as { instanceId: string };
    const kubeconfig = ground.env['KUBECONFIG'] ?? `${this.#state}.kubeconfig`;
    const world = { client, ledger: this.ledger, ground, kubeconfig, instanceId };
    const deadline = performance.now() + ground.settleLimitMs;
    for (;;) {
      const found = await disagreements(world).catch((error: Error): Fault[] => [
        { kind: 'stuck', what: `What is there could not be read: ${error.message}` },
      ]);
      if (found.length === 0 || performance.now() > deadline) return found;
      await delay(100);
    }
  }
}
