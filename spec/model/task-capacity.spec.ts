import { expect } from 'chai';
import { distribute } from '../../lib/model/task-capacity.ts';

const named = (capacityProvider: string, weight?: number, base?: number) => ({ capacityProvider, weight, base });

describe('capacity provider strategy', () => {
  const cases: readonly [string, ReturnType<typeof named>[], number, string[]][] = [
    ['gives everything to a single provider', [named('A')], 2, ['A', 'A']],
    ['fills the base first', [named('A', 0, 2), named('B', 1)], 3, ['A', 'A', 'B']],
    ['then goes by weight', [named('A', 1), named('B', 3)], 4, ['B', 'B', 'A', 'B']],
    ['leaves out a provider of weight 0', [named('A', 0), named('B', 1)], 2, ['B', 'B']],
    ['gives no more than there are tasks', [named('A', 0, 5)], 2, ['A', 'A']],
  ];
  for (const [title, strategy, count, expected] of cases) {
    it(title, () => {
      expect(distribute(strategy, count).toSorted()).to.deep.equal(expected.toSorted());
    });
  }
});
