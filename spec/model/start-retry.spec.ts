import { expect } from 'chai';
import { afterFailure, isThrottled, mayStartAt } from '../../lib/model/start-retry.ts';
import type { StartRetry } from '../../lib/model/service.ts';

describe('the throttle of tasks that fail to start', () => {
  const afterRounds = (rounds: number): StartRetry => {
    let retry: StartRetry | undefined;
    for (let round = 0, now = 0; round < rounds; round++, now = retry.notBefore) retry = afterFailure(retry, now);
    return retry as StartRetry;
  };

  for (const [rounds, seconds] of [
    [1, 1],
    [2, 2],
    [3, 4],
    [10, 512],
    [12, 27 * 60],
    [40, 27 * 60],
  ] as const) {
    it(`lets the next tasks wait ${seconds} s after ${rounds} rounds of failures`, () => {
      const { notBefore, lastFailureAt } = afterRounds(rounds);
      expect(notBefore - lastFailureAt).to.equal(seconds);
    });
  }

  it('takes tasks that fail together for one round', () => {
    const first = afterFailure(undefined, 100);
    expect(afterFailure(first, 100.5)).to.deep.equal({ ...first, lastFailureAt: 100.5 });
  });

  it('speaks of repeated failures from the third round on', () => {
    expect([1, 2, 3, 4].map((rounds) => isThrottled(afterRounds(rounds)))).to.deep.equal([false, false, true, true]);
    expect(isThrottled(undefined)).to.equal(false);
  });

  it('lets tasks be started when the time has come', () => {
    const retry = afterFailure(undefined, 100);
    expect([100.9, 101].map((now) => mayStartAt(retry, now))).to.deep.equal([false, true]);
    expect(mayStartAt(undefined, 0)).to.equal(true);
  });
});
