/** Numbers that a seed decides: the same seed gives the same kills and the same calls, as far as the machine keeps up. */
export interface Random {
  /** From `least` up to `most`. */
  between(least: number, most: number): number;
  /** A whole number from 1 to `most`. */
  upTo(most: number): number;
  chance(probability: number): boolean;
  /** @throws Error where there is nothing to pick from. */
  pick<T>(from: readonly T[]): T;
  /** 32 hexadecimal digits. */
  token(): string;
}

export function createRandom(seed: number): Random {
  const next = mulberry32(seed);
  const between = (least: number, most: number): number => least + next() * (most - least);
  return {
    between,
    upTo: (most) => 1 + Math.floor(next() * most),
    chance: (probability) => next() < probability,
    pick: (from) => {
      const picked = from[Math.floor(next() * from.length)];
      if (picked === undefined) throw new Error('There is nothing to pick from.');
      return picked;
    },
    token: () => Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16)).join(''),
  };
}

/** Tommy Ettinger's generator (public domain): 32 bits of state suffice for a few thousand choices. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
