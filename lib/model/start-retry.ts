import type { StartRetry } from './service.ts';

const firstDelaySeconds = 1;
/** "Up to a maximum of 27 minutes" (Developer Guide, "Amazon ECS service throttle logic"). */
const longestDelaySeconds = 27 * 60;
/** From this round on tasks are said to fail repeatedly. */
const repeatedlyFrom = 3;

/** Tasks failed to start: the next ones wait, the longer the more often that happened. What fails before they may is no new round. */
export function afterFailure(retry: StartRetry | undefined, now: number): StartRetry {
  if (retry && now < retry.notBefore) return { ...retry, lastFailureAt: now };
  const rounds = (retry?.rounds ?? 0) + 1;
  const delay = Math.min(firstDelaySeconds * 2 ** (rounds - 1), longestDelaySeconds);
  return { rounds, lastFailureAt: now, notBefore: now + delay };
}

export const isThrottled = (retry: StartRetry | undefined): boolean => (retry?.rounds ?? 0) >= repeatedlyFrom;

export const mayStartAt = (retry: StartRetry | undefined, now: number): boolean => !retry || now >= retry.notBefore;
