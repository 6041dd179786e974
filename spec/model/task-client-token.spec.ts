import { expect } from 'chai';
import { isInForce } from '../../lib/model/task-client-token.ts';

describe('client token of tasks', () => {
  const token = { createdAt: 1000, taskArns: ['a', 'b'] };
  const hour = 3600;

  it('is in force as long as one of its tasks is known', () => {
    expect(isInForce(token, (arn) => arn === 'b', 1000 + 2 * hour)).to.equal(true);
    expect(isInForce(token, () => false, 1000 + 2 * hour)).to.equal(false);
  });

  it('is in force for 24 hours at most', () => {
    expect(isInForce(token, () => true, 1000 + 24 * hour - 1)).to.equal(true);
    expect(isInForce(token, () => true, 1000 + 24 * hour)).to.equal(false);
  });

  it('is in force while its call is still under way', () => {
    expect(isInForce(token, () => false, 1001)).to.equal(true);
  });
});
