import type { Clock } from '../../lib/scheduler/clock.ts';

/** A clock that goes on when a spec says so. */
export class ManualClock implements Clock {
  #seconds: number;
  #timers: { readonly at: number; readonly callback: () => void }[] = [];

  constructor(seconds = 1_000_000) {
    this.#seconds = seconds;
  }

  get timers(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#seconds;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#seconds + ms / 1000, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  advance(seconds: number): void {
    this.#seconds += seconds;
    const due = this.#timers.filter(({ at }) => at <= this.#seconds);
    this.#timers = this.#timers.filter(({ at }) => at > this.#seconds);
    for (const { callback } of due) callback();
  }
}
