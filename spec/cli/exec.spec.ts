import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ecsCall } from '../../lib/cli/ecs-call.ts';
import { serve } from '../protocol/support/serve.ts';
import { type KecsProcesses, type RunningKecs, buildKecs, createKecsProcesses } from '../support/kecs-processes.ts';
import { haveTerminals, inTerminal as inTerminalOf } from '../support/terminal-processes.ts';
import { waitFor } from '../support/wait-for.ts';

describe('kecs exec', () => {
  let processes: KecsProcesses;
  let kecs: RunningKecs;
  let arn: string;
  let id: string;

  before(async function () {
    this.timeout(120_000);
    await buildKecs();
  });
  beforeEach(async () => {
    processes = await createKecsProcesses();
    const config = join(processes.folder, 'kecs.json');
    await writeFile(config, JSON.stringify({ images: { program: { command: ['sleep', '600'] } } }));
    kecs = await processes.start(['--state', 'memory', '--lifecycle', 'instant', '--config', config]);
    await ecsCall(kecs.url, 'CreateCluster', { clusterName: 'c' });
    await ecsCall(kecs.url, 'RegisterTaskDefinition', {
      family: 'web',
      containerDefinitions: [
        { name: 'proxy', image: 'envoy', essential: false, environment: [{ name: 'I_AM', value: 'proxy' }] },
        { name: 'Web', image: 'nginx', environment: [{ name: 'I_AM', value: 'Web' }] },
        { name: 'host', image: 'program', essential: false },
      ],
    });
    const { tasks } = await ecsCall(kecs.url, 'RunTask', { cluster: 'c', taskDefinition: 'web' });
    arn = tasks?.[0]?.taskArn ?? '';
    id = arn.split('/').at(-1) ?? '';
  });
  afterEach(() => processes.close());

  const exec = (...words: string[]) => processes.run(['exec', ...words], { AWS_ENDPOINT_URL_ECS: kecs.url });
  const launch = (...words: string[]) => processes.launch(['exec', ...words], { AWS_ENDPOINT_URL_ECS: kecs.url });

  it('runs a command in a task that is named by id, the beginning of one, or ARN', async () => {
    for (const name of [arn, id, id.slice(0, 12)]) {
      expect(await exec(name, '--', 'echo', '-n', 'two  words')).to.deep.equal({
        code: 0,
        stdout: '-n two  words\n',
        stderr: '',
      });
    }
  });

  it('ends with the exit code of the command', async () => {
    expect(await exec(id, '--', 'exit', '7')).to.deep.equal({ code: 7, stdout: '', stderr: '' });
    expect((await exec(id, '--', 'stty', 'sane')).stderr).to.equal('stty: only "stty size" in a terminal\n');
  });

  it('runs it in the first essential container, or in the one that is named', async () => {
    expect((await exec(id, '--', 'env')).stdout).to.contain('I_AM=Web');
    expect((await exec(id, '--container', 'proxy', '--', 'env')).stdout).to.contain('I_AM=proxy');
  });

  it('gives the command what comes in, byte by byte and with its end', async () => {
    const bytes = randomBytes(3 * 2 ** 20);
    const { child, ended } = launch('-i', id, '--', 'cat');
    const received = createHash('sha256');
    // The default would take the bytes for text.
    child.stdout.removeAllListeners('data');
    child.stdout.on('data', (chunk: string) => received.update(chunk, 'latin1'));
    child.stdout.setEncoding('latin1');
    child.stdin.end(bytes);
    expect((await ended).code).to.equal(0);
    expect(received.digest('hex')).to.equal(createHash('sha256').update(bytes).digest('hex'));
  });

  it('gives no input unless asked to, and does not wait for any', async () => {
    const { ended } = launch(id, '--', 'cat');
    expect(await ended).to.deep.equal({ code: 0, stdout: '', stderr: '' });
  });

  it('goes on without a terminal where there is none here, and says so', async () => {
    expect(await exec('-it', id, '--', 'tty')).to.deep.equal({
      code: 1,
      stdout: 'not a tty\n',
      stderr: 'kecs: The input here is no terminal, so the command gets none either.\n',
    });
    // Without input nothing here need be a terminal.
    expect((await exec('-t', id, '--', 'tty')).stdout).to.equal('/dev/pts/0\r\n');
  });

  it('lets go of the command when it is interrupted', async () => {
    const { child, stdout, ended } = launch('-i', id, '--', 'cat');
    child.stdin.write('there');
    await waitFor('the echo', () => stdout() === 'there');
    child.kill('SIGINT');
    await ended;
    expect(child.signalCode).to.equal('SIGINT');
  });

  describe('in a terminal', () => {
    before(function () {
      if (haveTerminals()) return;
      console.log('      (skipped: there is no command script here, which gives a process a terminal)');
      this.skip();
    });

    const inTerminal = (...lines: string[]) => inTerminalOf(processes, kecs.url, ...lines);

    it('gives the command one of the same size, and ours back afterwards', async () => {
      const { ended } = inTerminal(
        `$KECS exec -it ${id} -- stty size; echo "code $?"`,
        `[ "$(stty -g)" = "$(cat ${join(processes.folder, 'before')})" ] && echo "as before"`,
      );
      // Node's raw mode leaves the terminal what it does to line feeds, which the other one has done already.
      expect((await ended).stdout.replaceAll('\r', '')).to.equal('33 101\ncode 0\nas before\n');
    });

    it('passes keys on as they are typed, Ctrl-C and Ctrl-D included', async () => {
      for (const [key, code] of [
        ['\u0003', 130],
        ['\u0004', 0],
      ] as const) {
        const { child, isRaw, stdout, ended } = inTerminal(`$KECS exec -it ${id} -- cat; echo "code $?"`);
        await isRaw();
        child.stdin.write('ab');
        await waitFor('the keys', () => stdout() === 'ab');
        child.stdin.write(key);
        await waitFor('the end', () => stdout() === `abcode ${code}\r\n`);
        child.stdin.end();
        await ended;
      }
    });

    it('gives ours back when it is ended from outside', async () => {
      const pid = join(processes.folder, 'pid');
      const { isRaw, stty, before, child, stdout, ended } = inTerminal(
        `sh -c 'echo $$ > ${pid}; exec $KECS exec -it ${id} -- cat'; echo "code $?"; read line`,
      );
      await isRaw();
      process.kill(Number(await readFile(pid, 'utf8')), 'SIGTERM');
      await waitFor('the end', () => stdout().includes('code 143'));
      expect(await stty('-g')).to.equal(await before());
      child.stdin.end('\n');
      await ended;
    });

    it('gives ours back when KECS ends', async () => {
      const { isRaw, stty, before, child, stdout, ended } = inTerminal(
        `$KECS exec -it ${id} -- cat; echo "code $?"; read line`,
      );
      await isRaw();
      await kecs.end('SIGTERM');
      await waitFor('the end', () => stdout().includes('code 125'));
      expect(stdout()).to.contain('kecs: KECS has ended.');
      expect(await stty('-g')).to.equal(await before());
      child.stdin.end('\n');
      await ended;
    });
  });

  describe('says in one sentence', () => {
    const refused = async (words: string[], code = 125): Promise<string> => {
      const ended = await exec(...words);
      expect([ended.code, ended.stdout]).to.deep.equal([code, '']);
      expect(ended.stderr.trim().split('\n')).to.have.length(1);
      return ended.stderr;
    };

    it('that the command is not there, or may not run, with the code of a shell', async () => {
      expect(await refused([id, '--', 'nosuch', '-l'], 127)).to.match(
        /^kecs: The command cannot be started in container Web: "nosuch": executable file not found in \$PATH/,
      );
      expect(await refused([id, '--container', 'host', '--', 'id'], 126)).to.contain('nothing over the API may run');
    });

    it('that there is no such task or container', async () => {
      expect(await refused(['abc', '--', 'true'])).to.contain('There is no task abc');
      expect(await refused([id, '--container', 'db', '--', 'true'])).to.equal(
        `kecs: Task ${id} has no container db: it has proxy, Web, host.\n`,
      );
    });

    it('that the task has stopped', async () => {
      await ecsCall(kecs.url, 'StopTask', { cluster: 'c', task: arn, reason: 'Enough of it' });
      expect(await refused([id, '--', 'true'])).to.equal(
        `kecs: Task ${id} has stopped (Enough of it). Commands run in running containers.\n`,
      );
    });

    it('that there is no command', async () => {
      expect(await refused([id], 1)).to.contain("missing required argument 'command'");
    });

    it('that no KECS answers, or something else', async () => {
      expect(await refused([id, '--endpoint-url', 'http://127.0.0.1:1', '--', 'true'])).to.contain('No KECS answers');
      const other = await serve((request, response) => {
        // It knows the ECS API, and no websocket.
        if (request.method === 'POST') void forward(request, response);
        else response.end();
      });
      const forward = async (request: NodeJS.ReadableStream & { headers: object }, response: NodeJS.WritableStream) => {
        const body = await new Response(request as never).text();
        const answer = await fetch(kecs.url, { method: 'POST', headers: request.headers as never, body });
        response.end(await answer.text());
      };
      expect(await refused([arn, '--endpoint-url', other.url, '--', 'true'])).to.contain('is no KECS');
      await other.close();
    });

    it('that KECS was killed before the command ended', async () => {
      const { child, stdout, ended } = launch('-i', id, '--', 'cat');
      child.stdin.write('there');
      await waitFor('the echo', () => stdout() === 'there');
      await kecs.end('SIGKILL');
      const { code, stderr } = await ended;
      expect([code, stderr]).to.deep.equal([125, 'kecs: The connection to KECS ended before the command did.\n']);
    });
  });
});
