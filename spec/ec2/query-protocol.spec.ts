import { expect } from 'chai';
import { filterParameters, listParameter, matchesPattern } from '../../lib/ec2/query-protocol.ts';

describe('EC2 query protocol', () => {
  it('reads a list in the order of its numbers', () => {
    const query = new URLSearchParams('Id.10=c&Id.2=b&Id.1=a&Ids.1=x&Id.zero=y&Id.1.Name=z');
    expect(listParameter(query, 'Id')).to.deep.equal(['a', 'b', 'c']);
  });

  it('reads filters and their values', () => {
    const query = new URLSearchParams('Filter.1.Name=status&Filter.1.Value.1=a&Filter.1.Value.2=b&Filter.2.Name=x');
    expect(filterParameters(query)).to.deep.equal([
      { name: 'status', values: ['a', 'b'] },
      { name: 'x', values: [] },
    ]);
  });

  const patterns: readonly [string, string, boolean][] = [
    ['in-use', 'in-use', true],
    ['in-use', 'in', false],
    ['in-use', 'in-*', true],
    ['in-use', 'in-us?', true],
    ['in-use', 'in-use?', false],
    ['10.0.0.1', '10?0.0.*', true],
    ['10x0.0.1', '10.*', false],
    ['a*b', String.raw`a\*b`, true],
    ['axb', String.raw`a\*b`, false],
    ['(a', '(*', true],
    ['abcabd', 'a*bd', true],
    ['abc', 'abc**', true],
    ['', '*', true],
    ['a'.repeat(300), `${'*a'.repeat(100)}b`, false],
  ];
  for (const [value, pattern, matches] of patterns) {
    it(`finds that ${value} ${matches ? 'matches' : 'does not match'} ${pattern}`, () => {
      expect(matchesPattern(value, pattern)).to.equal(matches);
    });
  }
});
