import { randomInt } from 'node:crypto';

/** Loopback addresses away from the default range, drawn by lot: several specs may run on one host. */
export const freeLoopbackRange = (prefix: 24 | 29): string =>
  `127.${randomInt(100, 200)}.${randomInt(256)}.${prefix === 24 ? 0 : randomInt(32) * 8}/${prefix}`;
