import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { type EcsTasks, createEcsTasks, hostPortsOf } from '../support/ecs-tasks.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { type KecsProcesses, buildKecs, createKecsProcesses } from '../support/kecs-processes.ts';
import { freeNodePorts, realCluster } from '../support/real-cluster.ts';
import { type StartedEmulator, startEmulator } from '../support/start-emulator.ts';
import { haveTerminals, inTerminal } from '../support/terminal-processes.ts';
import { waitFor } from '../support/wait-for.ts';

describe('kecs logs and kecs exec on a real Kubernetes', () => {
  let started: StartedEmulator;
  let tasks: EcsTasks;
  let processes: KecsProcesses;
  let web: string;

  before(async function () {
    this.timeout(180_000);
    await buildKecs();
    const publicIp = { hostPorts: await freePortRange(20), firstNodePort: await freeNodePorts(20) };
    started = await startEmulator({ cluster: 'kubeconfig', publicIp });
    await started.emulator.whenReady();
    processes = await createKecsProcesses();
    tasks = await createEcsTasks(started.ecs, `Logs_${randomBytes(4).toString('hex')}`);
    await tasks.register(
      'Web_App',
      { ...shell('Side_Car', 'echo one; echo two; sleep 600'), essential: false },
      { name: 'Web', image: 'nginx:latest', portMappings: [{ containerPort: 80 }] },
    );
    web = await tasks.runOne('Web_App');
    await tasks.running(web);
  });
  after(async () => {
    await processes?.close();
    await tasks?.remove();
    await started?.close();
  });

  const shell = (name: string, line: string) => ({
    name,
    image: 'busybox:latest',
    command: ['sh', '-c', line],
    stopTimeout: 2,
  });
  const variables = () => ({ AWS_ENDPOINT_URL_ECS: started.url });
  const kecs = (...words: string[]) => processes.run(words, variables());
  const idOf = (arn: string): string => arn.split('/').at(-1) ?? '';

  it('print the lines of containers by their ECS names, as they come', async () => {
    const { child, stdout, ended } = processes.launch(['logs', '-f', idOf(web).slice(0, 8)], variables());
    await waitFor('what there was', () => stdout().includes('Side_Car | one\nSide_Car | two\n'));
    const [port] = hostPortsOf(await tasks.describe(web));
    await fetch(`http://127.0.0.1:${port}/seen-by-the-spec`);
    await waitFor('the request', () => /^Web {6}\| .*GET \/seen-by-the-spec/m.test(stdout()));
    child.kill('SIGINT');
    await ended;
    expect((await kecs('logs', web, '--container', 'Side_Car', '--tail', '1')).stdout).to.equal('two\n');
  });

  it('wait for a task that has just been asked for, and follow it to its last line, which stays', async () => {
    await tasks.register('job', shell('Job', 'echo started; sleep 1; printf done; exit 3'));
    const arn = await tasks.runOne('job');
    const { code, stdout } = await kecs('logs', '-f', arn);
    expect([code, stdout]).to.deep.equal([0, 'started\ndone']);
    await tasks.stopped(arn);
    // It is there a little longer than the task.
    await waitFor('the end of the Pod', async () => {
      const { items } = await realCluster().listPodForAllNamespaces({ labelSelector: `kecs.dev/task-id=${idOf(arn)}` });
      return items.length === 0;
    });
    expect(await kecs('logs', arn)).to.deep.equal({ code: 0, stdout: 'started\ndone', stderr: '' });
  });

  it('run commands with their input, output and exit code', async () => {
    expect(await kecs('exec', web, '--', 'sh', '-c', 'echo out; echo err >&2; exit 3')).to.deep.equal({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    const { child, ended } = processes.launch(
      ['exec', '-i', web, '--container', 'Side_Car', '--', 'wc', '-c'],
      variables(),
    );
    child.stdin.end(Buffer.alloc(10_000_000));
    expect((await ended).stdout.trim()).to.equal('10000000');
  });

  it('say that a command is not there, or is none', async () => {
    const notThere = await kecs('exec', web, '--', 'nosuch');
    expect([notThere.code, notThere.stderr]).to.deep.equal([
      127,
      'kecs: The command cannot be started in container Web: "nosuch": executable file not found in $PATH\n',
    ]);
    const none = await kecs('exec', web, '--', '/etc/passwd');
    expect([none.code, none.stderr]).to.deep.equal([
      126,
      'kecs: The command cannot be started in container Web: "/etc/passwd": permission denied\n',
    ]);
  });

  it('open a shell in a terminal which follows ours', async function () {
    if (!haveTerminals()) {
      console.log('      (skipped: there is no command script here, which gives a process a terminal)');
      this.skip();
    }
    const line = `$KECS exec -it ${web} --container Side_Car -- sh; echo "code $?"; read line`;
    const { child, stdout, stty, isRaw, before, ended } = inTerminal(processes, started.url, line);
    await isRaw();
    child.stdin.write('echo is $((40 + 2))\r');
    await waitFor('an answer', () => stdout().includes('is 42'));
    child.stdin.write('until [ "$(stty size)" = "33 101" ]; do sleep 0.1; done; echo size $((1 + 1))\r');
    await waitFor('the size', () => stdout().includes('size 2'));
    await stty('rows', '40', 'cols', '120');
    child.stdin.write('until [ "$(stty size)" = "40 120" ]; do sleep 0.1; done; echo size $((1 + 2))\r');
    await waitFor('the size as it is now', () => stdout().includes('size 3'));
    child.stdin.write('echo sleeping; sleep 600 || echo interrupted with $?\r');
    await waitFor('the sleep', () => stdout().includes('sleeping\r'));
    child.stdin.write('\u0003exit 5\r');
    await waitFor('the end', () => stdout().includes('code 5'));
    expect(await stty('-g')).to.equal(await before());
    child.stdin.end('\n');
    await ended;
  });
});
