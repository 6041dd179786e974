import type { Clock } from './clock.ts';

/** One timer per key, for what is due although nothing moves. */
export class WakeTimes {
  readonly #clock: Clock;
  readonly #wake: (key: string) => void;
  readonly #timers = new Map<string, { readonly at: number; readonly cancel: () => void }>();

  constructor(clock: Clock, wake: (key: string) => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** @param at seconds since the epoch; undefined: not at all. */
  set(key: string, at: number | undefined): void {
    const timer = this.#timers.get(key);
    if (timer?.at === at) return;
    timer?.cancel();
    this.#timers.delete(key);
    if (at === undefined) return;
    const cancel = this.#clock.after(Math.max(0, at - this.#clock.now()) * 1000, () => {
      this.#timers.delete(key);
      this.#wake(key);
    });
    this.#timers.set(key, { at, cancel });
  }

  has(key: string): boolean {
    return this.#timers.has(key);
  }

  clear(): void {
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
  }
}
