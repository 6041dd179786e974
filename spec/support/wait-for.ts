import { setTimeout as delay } from 'node:timers/promises';

/** Polls until `probe` answers something truthy. A probe that throws is tried again; its last error is the cause of the final one. */
export async function waitFor<T>(
  what: string,
  probe: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  limitMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  let cause: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await probe();
      if (value) return value;
    } catch (error) {
      cause = error;
    }
    await delay(10);
  }
  throw new Error(`${what} did not come about within ${limitMs} ms.`, { cause });
}
