import { expect } from 'chai';
import { ContainerLog } from '../../lib/embedded-kubernetes/container-log.ts';

describe('the log of a container', () => {
  const mebibyte = 2 ** 20;

  it('keeps the newest lines, however many are written', () => {
    const log = new ContainerLog();
    for (let i = 1; i <= 25_000; i++) log.write(`${i}\n`);
    const lines = log.read({ timestamps: false }).trim().split('\n');
    expect(lines.at(-1)).to.equal('25000');
    expect(lines.length).to.be.within(9_000, 10_000);
  });

  it('keeps the newest ten mebibytes of long lines', () => {
    const log = new ContainerLog();
    for (let i = 0; i < 40; i++) log.write(`${i}${'x'.repeat(mebibyte / 2)}\n`);
    const text = log.read({ timestamps: false });
    expect(text.length).to.be.within(8 * mebibyte, 10 * mebibyte + mebibyte / 2);
    expect(text.trim().split('\n').at(-1)).to.match(/^39x/);
  });

  it('tells a line that never ends in parts', async () => {
    const log = new ContainerLog();
    const followed = log.follow({ timestamps: false }, new AbortController().signal);
    expect((await followed.next()).value).to.equal('');
    for (let i = 0; i < 5; i++) log.write('x'.repeat(mebibyte / 2));
    expect((await followed.next()).value).to.have.length.within(mebibyte, 2 * mebibyte);
    await followed.return(undefined);
  });
});
