/** "Ensuring idempotency" (API reference): the lesser of 24 hours and the lifetime of the resource plus one hour. */
const longestSeconds = 24 * 3600;
/** How long a RunTask call may be under way between taking its token and having its tasks. */
const underWaySeconds = 60;

interface ClientToken {
  readonly createdAt: number;
  readonly taskArns: readonly string[];
}

/** Whether a client token still stands for its tasks. Stopped tasks are forgotten after an hour, and their token with them. */
export function isInForce(
  { createdAt, taskArns }: ClientToken,
  exists: (taskArn: string) => boolean,
  now: number,
): boolean {
  const age = now - createdAt;
  return age < longestSeconds && (age < underWaySeconds || taskArns.some(exists));
}
