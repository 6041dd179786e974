import { expect } from 'chai';
import { createPortAllocator } from '../../lib/public-ip/port-allocator.ts';
import { PublicPortsExhausted } from '../../lib/public-ip/public-ip-provider.ts';

/** Claims take a moment, as binding does, so that callers can get in each other's way. */
function allocatorOf(range: { first: number; last: number }, busy: readonly number[] = []) {
  const claimed = new Set<number>();
  const allocator = createPortAllocator<string>({
    range,
    claim: async (port) => {
      await new Promise(setImmediate);
      if (busy.includes(port) || claimed.has(port)) return false;
      claimed.add(port);
      return true;
    },
    letGo: async (port) => void claimed.delete(port),
  });
  const free = (owner: string, port: number) => {
    claimed.delete(port);
    return allocator.free(owner, port);
  };
  return {
    allocator,
    claimed,
    free,
    allocate: (owner: string, wishes: readonly string[]) => allocator.allocate(owner, wishes),
    take: (owner: string, port: number, wish: string) => allocator.take(owner, port, wish),
  };
}

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the port allocator', () => {
  it('hands out ports one after the other from the first of its range', async () => {
    const { allocate } = allocatorOf({ first: 32_000, last: 32_999 });
    expect(await allocate('a', ['x'])).to.deep.equal([32_000]);
    expect(await allocate('b', ['x', 'y'])).to.deep.equal([32_001, 32_002]);
  });

  it('gives callers who ask at the same time ports of their own, in the order of their calls', async () => {
    const { allocate } = allocatorOf({ first: 1_000, last: 1_099 });
    const given = await Promise.all(Array.from({ length: 50 }, (_, n) => allocate(`task-${n}`, ['x', 'y'])));
    expect(given.flat()).to.deep.equal(Array.from({ length: 100 }, (_, n) => 1_000 + n));
  });

  it('does not hand out a freed port before it has come around', async () => {
    const { allocate, free } = allocatorOf({ first: 1, last: 3 });
    await allocate('a', ['x']);
    expect(free('a', 1)).to.equal(true);
    expect(await allocate('b', ['x', 'x'])).to.deep.equal([2, 3]);
    expect(await allocate('c', ['x'])).to.deep.equal([1]);
  });

  it('skips a port that cannot be claimed', async () => {
    const { allocate } = allocatorOf({ first: 1, last: 4 }, [1, 3]);
    expect(await allocate('a', ['x', 'x'])).to.deep.equal([2, 4]);
  });

  it('gives all ports of a request or none, and leaves the turn where it was', async () => {
    const { allocator, allocate, claimed } = allocatorOf({ first: 1, last: 3 });
    expect(await rejection(allocate('a', ['x', 'x', 'x', 'x']))).to.be.instanceOf(PublicPortsExhausted);
    expect([allocator.used, claimed.size]).to.deep.equal([0, 0]);
    expect(await allocate('b', ['x'])).to.deep.equal([1]);
  });

  it('says how many ports there are, who has them and what to do when none is left', async () => {
    const { allocate } = allocatorOf({ first: 1, last: 3 }, [2]);
    await allocate('a', ['x', 'x']);
    expect(String(await rejection(allocate('b', ['x'])))).to.equal(
      'PublicPortsExhausted: No host port is left: of the 3 from 1 to 3, tasks hold 2 and other programs or Services 1. ' +
        'Stop tasks that have a public IP, or widen the option publicIp.hostPorts.',
    );
  });

  it('passes on what a claim throws and keeps no port for it', async () => {
    const allocator = createPortAllocator<string>({
      range: { first: 1, last: 3 },
      claim: () => Promise.reject(new Error('no such address')),
      letGo: async () => undefined,
    });
    expect(String(await rejection(allocator.allocate('a', ['x'])))).to.equal('Error: no such address');
    expect(allocator.used).to.equal(0);
  });

  it('gives a port again to the owner it had before a restart, and goes on after it', async () => {
    const { take, allocate } = allocatorOf({ first: 1, last: 5 });
    expect(await take('a', 2, 'x')).to.equal(true);
    expect(await take('b', 2, 'x')).to.equal(false);
    expect(await take('b', 6, 'x')).to.equal(false);
    expect(await allocate('c', ['x', 'x', 'x', 'x'])).to.deep.equal([3, 4, 5, 1]);
  });

  it('does not give out a reserved port, and frees a port for its owner only', async () => {
    const { allocator, allocate } = allocatorOf({ first: 1, last: 2 });
    expect(allocator.reserve('ended', 1)).to.equal(true);
    expect(await allocate('a', ['x'])).to.deep.equal([2]);
    expect(allocator.free('ended', 2)).to.equal(false);
    expect(allocator.ownedBy('a')).to.deep.equal([2]);
    expect([allocator.used, allocator.total]).to.deep.equal([2, 2]);
  });
});
