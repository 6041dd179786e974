import { expect } from 'chai';
import { failureThreshold } from '../../lib/model/circuit-breaker.ts';

describe('failureThreshold', () => {
  // The first four rows are those of the Developer Guide ("How the Amazon ECS deployment circuit breaker detects failures").
  const rows = [
    { desired: 1, threshold: 3 },
    { desired: 25, threshold: 13 },
    { desired: 400, threshold: 200 },
    { desired: 800, threshold: 200 },
    { desired: 10, type: 'BOUNDED_PERCENT', value: 80, threshold: 8 },
    { desired: 10, type: 'BOUNDED_PERCENT', value: 10, threshold: 3 },
    { desired: 10, type: 'UNBOUNDED_PERCENT', value: 10, threshold: 1 },
    { desired: 1, type: 'UNBOUNDED_PERCENT', value: 10, threshold: 1 },
    { desired: 0, type: 'UNBOUNDED_PERCENT', value: 50, threshold: 1 },
    { desired: 1000, type: 'UNBOUNDED_PERCENT', value: 50, threshold: 500 },
    { desired: 1000, type: 'COUNT', value: 2, threshold: 2 },
  ] as const;
  for (const { desired, threshold, ...configuration } of rows) {
    const { type = 'default', value = '' } = 'type' in configuration ? configuration : {};
    it(`is ${threshold} for ${desired} tasks with ${type} ${value}`, () => {
      const thresholdConfiguration = 'type' in configuration ? configuration : undefined;
      const deploymentCircuitBreaker = { enable: true, rollback: false, thresholdConfiguration };
      expect(
        failureThreshold({ desiredCount: desired, deploymentConfiguration: { deploymentCircuitBreaker } }),
      ).to.equal(threshold);
    });
  }

  it('is none without a circuit breaker, or with one that is turned off', () => {
    expect(failureThreshold({ desiredCount: 1 })).to.equal(undefined);
    const deploymentCircuitBreaker = { enable: false, rollback: true };
    expect(failureThreshold({ desiredCount: 1, deploymentConfiguration: { deploymentCircuitBreaker } })).to.equal(
      undefined,
    );
  });
});
