import { expect } from 'chai';
import { page } from '../../../lib/operations/paging.ts';

const same = (item: string): string => item;

describe('paging', () => {
  it('refuses sizes other than 1 to 100', () => {
    for (const maxResults of [0, -1, 101]) {
      expect(() => page([], { maxResults }, same)).to.throw(/maxResults must be between 1 and 100/);
    }
  });

  it('refuses tokens that it did not give', () => {
    for (const token of ['x', 'W10', Buffer.from('["a",-1]').toString('base64url'), 'eyJhIjoxfQ']) {
      expect(() => page(['a'], { nextToken: token }, same)).to.throw('Invalid token.');
    }
  });

  it('gives 100 items when no size is asked for, and a token only when there are more', () => {
    const items = Array.from({ length: 101 }, (_, i) => `${i}`);
    expect(page(items, {}, same).items).to.have.lengthOf(100);
    expect(page(items.slice(1), {}, same)).to.not.have.property('nextToken');
  });

  it('visits every item once', () => {
    const items = ['a', 'b', 'c', 'd', 'e'];
    const seen: string[] = [];
    let nextToken: string | undefined;
    do {
      const result = page(items, { maxResults: 2, nextToken }, same);
      seen.push(...result.items);
      nextToken = result.nextToken;
    } while (nextToken !== undefined);
    expect(seen).to.deep.equal(items);
  });

  it('goes on behind the last item when others before it have gone or come', () => {
    const { nextToken } = page(['a', 'b', 'c', 'd'], { maxResults: 2 }, same);
    expect(page(['b', 'c', 'd'], { nextToken }, same).items).to.deep.equal(['c', 'd']);
    expect(page(['0', 'a', 'b', 'c', 'd'], { nextToken }, same).items).to.deep.equal(['c', 'd']);
  });

  it('goes on with what followed when the last item itself has gone', () => {
    const { nextToken } = page(['a', 'b', 'c', 'd'], { maxResults: 2 }, same);
    expect(page(['a', 'c', 'd'], { nextToken }, same).items).to.deep.equal(['c', 'd']);
  });
});
