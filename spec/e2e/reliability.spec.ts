import { expect } from 'chai';
import { type KecsProcesses, buildKecs, createKecsProcesses } from '../support/kecs-processes.ts';

describe('npm run reliability', () => {
  let processes: KecsProcesses;

  before(async function () {
    this.timeout(120_000);
    await buildKecs();
    processes = await createKecsProcesses();
  });
  after(() => processes?.close());

  const reliability = (...words: string[]) =>
    processes.run(words, {}, [process.execPath, '--no-warnings', '--import', 'tsx', 'scripts/reliability.ts']);

  it('kills KECS as often as it is told to, finds no fault, and says what it looked for', async function () {
    this.timeout(120_000);
    const { code, stdout, stderr } = await reliability('--kills', '3', '--seed', '2');
    expect(stderr).to.match(/^Kill 3 after \d+ ms of /m);
    expect(stdout).to.match(/^\| \*\*lost\*\*: .+ \| +0 \|$/m);
    expect(code, stderr).to.equal(0);
  });

  it('refuses a number that is none', async function () {
    this.timeout(60_000);
    const { code, stderr } = await reliability('--kills', 'many');
    expect(stderr).to.include('--kills many is no whole number of at most six digits.');
    expect(code).to.equal(1);
  });
});
