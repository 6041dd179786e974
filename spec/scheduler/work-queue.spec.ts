import { expect } from 'chai';
import sinon from 'sinon';
import { WorkQueue } from '../../lib/scheduler/work-queue.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { waitFor } from '../support/wait-for.ts';

describe('work queue', () => {
  const clock = new ManualClock();
  const failed = sinon.spy();
  let ends: (() => void)[];
  let work: sinon.SinonStub<[string], Promise<void>>;
  let queue: WorkQueue;

  beforeEach(() => {
    ends = [];
    failed.resetHistory();
    work = sinon.stub<[string], Promise<void>>().callsFake(() => new Promise((resolve) => ends.push(resolve)));
    queue = new WorkQueue({ clock, work, failed });
  });

  const runs = (count: number): Promise<true> => waitFor(`${count} runs`, () => work.callCount === count);

  it('begins what was added before its start when it is started', async () => {
    queue.add('a');
    await new Promise(setImmediate);
    expect(work.callCount).to.equal(0);
    queue.start();
    await runs(1);
  });

  it('works on different keys at the same time', async () => {
    queue.start();
    queue.add('a');
    queue.add('b');
    await runs(2);
  });

  it('runs a key once more for any number of wakes that came while it ran', async () => {
    queue.start();
    queue.add('a');
    await runs(1);
    queue.add('a');
    queue.add('a');
    await new Promise(setImmediate);
    expect(work.callCount).to.equal(1);
    ends[0]?.();
    await runs(2);
    ends[1]?.();
    await new Promise(setImmediate);
    expect(work.callCount).to.equal(2);
  });

  it('repeats what failed after a time that doubles up to half a minute', async () => {
    work.rejects(new Error('away'));
    queue.start();
    queue.add('a');
    for (let count = 1; count <= 9; count++) {
      await waitFor(`${count} failures`, () => failed.callCount === count);
      clock.advance(30);
    }
    const times = failed.getCalls().map(({ args }) => args[2] as number);
    expect(times).to.deep.equal([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('stops when nothing runs any more, and begins nothing after that', async () => {
    queue.start();
    queue.add('a');
    await runs(1);
    const stopped = queue.stop();
    queue.add('b');
    ends[0]?.();
    await stopped;
    await new Promise(setImmediate);
    expect(work.callCount).to.equal(1);
  });
});
