import type { Clock } from './clock.ts';

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Does what is due for a key. It fails to be called again later. */
  readonly work: (key: string) => Promise<void>;
  readonly failed: (key: string, error: unknown, retryInMs: number) => void;
}

const firstRetryMs = 500;
const longestRetryMs = 30_000;
const longTurnMs = 1;
const pauseMs = 10;

interface Entry {
  running: boolean;
  /** Wanted again: while it runs, or before the queue was started. */
  due: boolean;
  failures: number;
  cancelRetry?: (() => void) | undefined;
}

/** Work by key: never twice at a time for one key, and once more for any number of wakes that came while it ran. */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #running = new Set<Promise<void>>();
  readonly #turns: string[] = [];
  #lastRequest = -Infinity;
  #started = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** What is added before the start waits for it. */
  start(): void {
    this.#started = true;
    for (const key of this.#entries.keys()) this.#schedule(key);
  }

  /** Resolves when nothing runs any more. What failed, and what is added from now on, waits for a new start. */
  async stop(): Promise<void> {
    this.#started = false;
    await Promise.all(this.#running);
    for (const entry of this.#entries.values()) {
      entry.cancelRetry?.();
      entry.due = true;
    }
  }

  /** Adds a key that a caller asked for, who is being answered now. */
  addForRequest(key: string): void {
    this.#lastRequest = performance.now();
    this.add(key);
  }

  add(key: string): void {
    const entry = this.#entries.get(key) ?? { running: false, due: false, failures: 0 };
    this.#entries.set(key, entry);
    if (entry.due) return;
    entry.due = true;
    entry.cancelRetry?.();
    this.#schedule(key);
  }

  #schedule(key: string): void {
    if (!this.#started) return;
    if (this.#turns.push(key) === 1) setImmediate(() => this.#takeTurn());
  }

  /**
   * One key in a turn of the event loop. While requests follow upon each other and turns take long, a pause stands between
   * two keys: starting what was accepted must not keep others from being accepted.
   */
  #takeTurn(): void {
    const key = this.#turns.shift();
    if (key !== undefined) this.#begin(key);
    if (this.#turns.length === 0) return;
    const asked = performance.now();
    setImmediate(() => {
      const now = performance.now();
      const isBusy = now - asked > longTurnMs && now - this.#lastRequest < pauseMs;
      if (isBusy) setTimeout(() => this.#takeTurn(), pauseMs);
      else this.#takeTurn();
    });
  }

  #begin(key: string): void {
    const entry = this.#entries.get(key);
    if (!this.#started || !entry?.due || entry.running) return;
    entry.cancelRetry?.();
    Object.assign(entry, { due: false, running: true });
    const run = this.#run(key, entry).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async #run(key: string, entry: Entry): Promise<void> {
    try {
      await this.#options.work(key);
      entry.failures = 0;
    } catch (error) {
      this.#retry(key, entry, error);
    }
    entry.running = false;
    if (entry.due) this.#schedule(key);
    else if (entry.failures === 0) this.#entries.delete(key);
  }

  #retry(key: string, entry: Entry, error: unknown): void {
    const retryInMs = Math.min(firstRetryMs * 2 ** entry.failures, longestRetryMs);
    entry.failures += 1;
    entry.cancelRetry = this.#options.clock.after(retryInMs, () => this.add(key));
    this.#options.failed(key, error, retryInMs);
  }
}
