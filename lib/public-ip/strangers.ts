const REMEMBER_MS = 60_000;

/** Host ports whose NodePort a stranger's Service was seen to own. They are forgotten after a minute, for that Service may go. */
export interface Strangers {
  add(hostPort: number): void;
  has(hostPort: number): boolean;
}

export function createStrangers(now: () => number = Date.now): Strangers {
  const until = new Map<number, number>();
  return {
    add: (hostPort) => void until.set(hostPort, now() + REMEMBER_MS),
    has: (hostPort) => (until.get(hostPort) ?? 0) > now(),
  };
}
