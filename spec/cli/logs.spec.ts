import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ecsCall } from '../../lib/cli/ecs-call.ts';
import type { ContainerDefinition } from '../../lib/model/task-definition.ts';
import { serve } from '../protocol/support/serve.ts';
import { type KecsProcesses, type RunningKecs, buildKecs, createKecsProcesses } from '../support/kecs-processes.ts';
import { waitFor } from '../support/wait-for.ts';

describe('kecs logs', () => {
  let processes: KecsProcesses;
  let kecs: RunningKecs;

  before(async function () {
    this.timeout(120_000);
    await buildKecs();
  });
  beforeEach(async () => {
    processes = await createKecsProcesses();
    const config = join(processes.folder, 'kecs.json');
    // Host commands have output of their own.
    await writeFile(config, JSON.stringify({ images: { printer: { command: ['sh', '-c', print] } } }));
    kecs = await processes.start(['--state', 'memory', '--lifecycle', 'instant', '--config', config]);
    await ecsCall(kecs.url, 'CreateCluster', { clusterName: 'c' });
  });
  afterEach(() => processes.close());

  const print = 'printf "$PRINT"; exec sleep "$SECONDS_LEFT"';
  const printer = (name: string, text: string, seconds = 600): ContainerDefinition => ({
    name,
    image: 'printer',
    essential: name === 'web',
    environment: [
      { name: 'PRINT', value: text },
      { name: 'SECONDS_LEFT', value: String(seconds) },
    ],
  });
  const run = async (...containerDefinitions: ContainerDefinition[]): Promise<string> => {
    await ecsCall(kecs.url, 'RegisterTaskDefinition', { family: 'printer', containerDefinitions });
    const { tasks } = await ecsCall(kecs.url, 'RunTask', { cluster: 'c', taskDefinition: 'printer' });
    return tasks?.[0]?.taskArn ?? '';
  };
  const idOf = (arn: string): string => arn.split('/').at(-1) ?? '';
  const logs = (...words: string[]) => processes.run(['logs', ...words], { AWS_ENDPOINT_URL_ECS: kecs.url });
  const launch = (...words: string[]) => processes.launch(['logs', ...words], { AWS_ENDPOINT_URL_ECS: kecs.url });
  /** A process is slower than the end of its task's start. */
  const printed = (arn: string, text: string, ...words: string[]) =>
    waitFor(`the output ${text}`, async () => (await logs(arn, ...words)).stdout.includes(text));

  it('prints the output of a task that is named by id, the beginning of one, or ARN', async () => {
    const arn = await run(printer('web', 'one\\ntwo\\n'));
    await printed(arn, 'two');
    for (const name of [arn, idOf(arn), idOf(arn).slice(0, 12)]) {
      expect(await logs(name)).to.deep.equal({ code: 0, stdout: 'one\ntwo\n', stderr: '' });
    }
    expect((await logs(idOf(arn), '--cluster', 'c')).code).to.equal(0);
  });

  it('prints the last lines only, and when they were written', async () => {
    const arn = await run(printer('web', 'one\\ntwo\\nthree\\n'));
    await printed(arn, 'three');
    expect((await logs(arn, '--tail', '2')).stdout).to.equal('two\nthree\n');
    expect((await logs(arn, '--tail', '1', '--timestamps')).stdout).to.match(/^\d{4}-\S+Z three\n$/);
  });

  it('prints the lines of all containers with their names before them, or of the one that is asked for', async () => {
    const arn = await run(printer('web', 'one\\ntwo\\n'), printer('Side_Car', 'three'));
    await printed(arn, 'two', '--container', 'web');
    const { stdout } = await logs(arn);
    expect(stdout).to.equal('web      | one\nweb      | two\n');
    expect((await logs(arn, '--container', 'web')).stdout).to.equal('one\ntwo\n');
  });

  it('follows all containers until they have ended, last lines without line feed included', async () => {
    const arn = await run(printer('web', 'one\\n', 3), printer('Side_Car', 'two', 1));
    const { code, stdout } = await logs('-f', idOf(arn));
    expect(code).to.equal(0);
    expect(stdout.trim().split('\n').toSorted()).to.deep.equal(['Side_Car | two', 'web      | one']);
  });

  it('prints what it follows as it comes, until it is interrupted', async () => {
    const arn = await run(printer('web', 'one\\n'));
    const { stdout, child, ended } = launch('--follow', arn);
    await waitFor('the first line', () => stdout() === 'one\n');
    child.kill('SIGINT');
    await ended;
    expect(child.signalCode).to.equal('SIGINT');
  });

  it('prints what a task that has stopped has written', async () => {
    const arn = await run(printer('web', 'one\\ntwo\\nthree', 0), printer('Side_Car', 'four\\n'));
    await waitFor('the end of the task', async () => {
      const { tasks } = await ecsCall(kecs.url, 'DescribeTasks', { cluster: 'c', tasks: [arn] });
      return tasks?.[0]?.lastStatus === 'STOPPED';
    });
    expect((await logs(arn, '--container', 'web')).stdout).to.equal('one\ntwo\nthree');
    expect((await logs('-f', arn, '--tail', '2')).stdout.split('\n').toSorted()).to.deep.equal([
      '',
      'Side_Car | four',
      'web      | three',
      'web      | two',
    ]);
    expect((await logs(arn, '--container', 'web', '--tail', '1', '--timestamps')).stdout).to.match(
      /^\d{4}-\S+Z three$/,
    );
  });

  it('ends when nobody reads it any more', async () => {
    const arn = await run(printer('web', 'one\\ntwo\\n'));
    const line = `"$0" dist/cli.js logs -f ${arn} | head -n 1; echo "ended"`;
    const piped = processes.launch(['-c', line, process.execPath], { AWS_ENDPOINT_URL_ECS: kecs.url }, ['sh']);
    await waitFor('the first line', () => piped.stdout().includes('one'));
    await ecsCall(kecs.url, 'StopTask', { cluster: 'c', task: arn });
    expect((await piped.ended).stdout).to.equal('one\nended\n');
  });

  describe('says in one sentence', () => {
    const refused = async (words: string[], code = 1): Promise<string> => {
      const ended = await logs(...words);
      expect([ended.code, ended.stdout]).to.deep.equal([code, '']);
      expect(ended.stderr.trim().split('\n')).to.have.length(1);
      return ended.stderr;
    };

    it('that there is no such task', async () => {
      expect(await refused(['abc'])).to.equal(
        'kecs: There is no task abc: kecs ps --all lists those of the region in AWS_REGION, stopped ones for an hour.\n',
      );
      expect(await refused(['arn:aws:ecs:us-east-1:000000000000:task/c/abc'])).to.contain('There is no task arn:');
      expect(await refused(['arn:aws:s3:::bucket'])).to.contain('is no task');
    });

    it('that several tasks begin so', async () => {
      const arns = await Promise.all(Array.from({ length: 17 }, () => run(printer('web', ''))));
      const first = arns.map((arn) => idOf(arn)[0] ?? '');
      const twice = first.find((letter, index) => first.indexOf(letter) !== index) ?? '';
      expect(await refused([twice])).to.match(/^kecs: \d+ tasks begin with . \(.*\): give more of the id\.\n$/);
    });

    it('that there is no such container', async () => {
      const arn = await run(printer('web', ''));
      expect(await refused([arn, '--container', 'db'])).to.equal(
        `kecs: Task ${idOf(arn)} has no container db: it has web.\n`,
      );
    });

    it('that a task has stopped and why, where nothing was kept of it', async () => {
      const arn = await run({ name: 'web', image: 'registry.invalid/missing' });
      expect(await refused([arn])).to.match(
        /^kecs: Task \w+ has stopped \(CannotPullContainerError: .*\)\. There is no output of it: none was kept when its Pod went\.\n$/,
      );
    });

    it('that a number is none', async () => {
      expect(await refused(['abc', '--tail', 'some'])).to.contain('Give a whole number of 0 or more.');
    });

    it('that no KECS answers, or something else', async () => {
      expect(await refused(['abc', '--endpoint-url', 'http://127.0.0.1:1'])).to.contain('No KECS answers at');
      expect(await refused(['abc', '--endpoint-url', 'localhost:8080'])).to.contain('is no URL');
      const other = await serve((_request, response) => response.end('<html>'));
      expect(await refused(['abc', '--endpoint-url', other.url])).to.contain('is no KECS');
      await other.close();
    });

    it('that the output broke off', async () => {
      const arn = await run(printer('web', 'one\\n'));
      const { stdout, ended } = launch('-f', arn);
      await waitFor('the first line', () => stdout() === 'one\n');
      await kecs.end('SIGTERM');
      const { code, stderr } = await ended;
      expect([code, stderr]).to.deep.equal([
        1,
        `kecs: The output of container web broke off: the KECS at ${kecs.url} has ended, or has lost its Kubernetes.\n`,
      ]);
    });
  });
});
