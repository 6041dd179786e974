import { expect } from 'chai';
import { checkCapacityStrategy } from '../../lib/model/capacity-strategy-rules.ts';
import type { CapacityProviderStrategyItem } from '../../lib/model/task-capacity.ts';

describe('a capacity provider strategy', () => {
  const [fargate, spot] = [{ capacityProvider: 'FARGATE' }, { capacityProvider: 'FARGATE_SPOT' }];
  const refused: readonly [string, CapacityProviderStrategyItem[], RegExp][] = [
    ['more than 20 items', Array<CapacityProviderStrategyItem>(21).fill(fargate), /at most 20 items, but has 21/],
    ['a weight above 1000', [{ ...fargate, weight: 1001 }], /weight of FARGATE .* but was 1001/],
    ['a negative weight', [{ ...fargate, weight: -1 }], /weight of FARGATE .* but was -1/],
    ['a base above 100000', [{ ...fargate, base: 100_001 }], /base of FARGATE .* but was 100001/],
    [
      'two bases',
      [
        { ...fargate, base: 1, weight: 1 },
        { ...spot, base: 1 },
      ],
      /multiple capacity providers .* with a base value/,
    ],
    ['several providers without a weight', [fargate, spot], /no capacity providers .* greater than zero/],
    ['Fargate beside others', [{ ...fargate, weight: 1 }, { capacityProvider: 'instances' }], /cannot have both/],
  ];
  for (const [title, strategy, text] of refused) {
    it(`is refused with ${title}`, () => {
      expect(() => checkCapacityStrategy(strategy)).to.throw(text);
    });
  }

  const allowed: readonly [string, CapacityProviderStrategyItem[]][] = [
    ['nothing', []],
    ['one provider without a weight', [fargate]],
    [
      'several providers of instances',
      [
        { capacityProvider: 'a', weight: 1 },
        { capacityProvider: 'b', weight: 2 },
      ],
    ],
    ['one provider of two that has a weight', [{ ...fargate, weight: 1, base: 100_000 }, spot]],
  ];
  for (const [title, strategy] of allowed) {
    it(`is allowed with ${title}`, () => {
      expect(() => checkCapacityStrategy(strategy)).not.to.throw();
    });
  }
});
