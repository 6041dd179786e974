/** Time as the scheduler knows it; specs bring their own. */
export interface Clock {
  /** Seconds since the epoch with a fraction, as the wire has timestamps. */
  now(): number;
  /** Calls once after `ms` milliseconds, unless what it answers is called before. Keeps no process alive. */
  after(ms: number, callback: () => void): () => void;
}

/** Longer delays overflow Node's timers, which then fire at once (Node.js documentation, `setTimeout`). */
const longestDelay = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now() / 1000,
  after: (ms, callback) => {
    const timer = setTimeout(callback, Math.min(ms, longestDelay)).unref();
    return () => clearTimeout(timer);
  },
};
