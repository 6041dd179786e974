import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { open, readdir, stat, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { type AddressInfo, type Server, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ecsCall } from '../../lib/cli/ecs-call.ts';
import { type Ended, type KecsProcesses, buildKecs, createKecsProcesses } from '../support/kecs-processes.ts';
import { addressOf, runWebTask } from '../support/run-web-task.ts';

describe('kecs start', () => {
  let processes: KecsProcesses;

  before(async function () {
    this.timeout(120_000);
    await buildKecs();
  });
  beforeEach(async () => {
    processes = await createKecsProcesses();
  });
  afterEach(() => processes.close());

  const memory = ['--state', 'memory'];
  const path = (name: string): string => join(processes.folder, name);

  describe('says', () => {
    it('where it answers, what it runs tasks on, and what to paste into a shell', async () => {
      const { url, stdout } = await processes.start([...memory, '--region', 'eu-west-1', '--account', '000000000042']);
      expect(stdout().trim().split('\n')).to.deep.equal([
        `KECS answers the Amazon ECS API at ${url}`,
        stdout().split('\n')[1],
        'Public IPs: node-port, 127.0.0.1 ports 32000–32999',
        'State: memory',
        'Paste into a shell to use it:',
        `  export AWS_ENDPOINT_URL_ECS=${url} AWS_ENDPOINT_URL_EC2=${url}`,
        '  export AWS_ACCESS_KEY_ID=000000000042 AWS_SECRET_ACCESS_KEY=local AWS_REGION=eu-west-1',
      ]);
      expect(stdout()).to.match(/^Kubernetes: embedded Kubernetes at http:\/\/127\.0\.0\.1:\d+$/m);
    });

    it('a URL that can be called also where it listens on IPv6', async function () {
      if (!hasIpv6()) this.skip();
      const { url } = await processes.start([...memory, '--host', '::1']);
      expect(url).to.match(/^http:\/\/\[::1\]:\d+$/);
      expect(await ecsCall(url, 'ListClusters', {})).to.deep.equal({ clusterArns: [] });
    });

    it('what the version is', async () => {
      const { code, stdout } = await processes.run(['--version']);
      expect([code, stdout]).to.deep.equal([0, '0.1.0\n']);
    });

    it('every option in its help', async () => {
      const { code, stdout } = await processes.run(['start', '--help']);
      expect(code).to.equal(0);
      expect(stdout).to.contain('--public-ip-host-ports-first').and.to.contain('--config');
    });
  });

  describe('takes options', () => {
    const regionOf = async (flags: string[], variables = {}): Promise<string | undefined> => {
      const { stdout } = await processes.start(flags, variables);
      return /AWS_REGION=(\S+)/.exec(stdout())?.[1];
    };

    it('from variables', async () => {
      expect(await regionOf([], { KECS_STATE: 'memory', KECS_REGION: 'eu-west-1' })).to.equal('eu-west-1');
    });

    it('from the configuration file rather than from variables', async () => {
      await writeFile(path('kecs.json'), JSON.stringify({ region: 'eu-west-2', state: 'memory' }));
      expect(await regionOf(['--config', path('kecs.json')], { KECS_REGION: 'eu-west-1' })).to.equal('eu-west-2');
    });

    it('from flags rather than from the configuration file', async () => {
      await writeFile(path('kecs.json'), JSON.stringify({ region: 'eu-west-2', state: 'memory' }));
      const flags = ['--config', path('kecs.json'), '--region', 'eu-west-3'];
      expect(await regionOf(flags, { KECS_REGION: 'eu-west-1' })).to.equal('eu-west-3');
    });

    it('and keeps its state in the home folder unless told otherwise', async () => {
      await processes.start([]);
      expect(await readdir(path('.kecs'))).to.include('state.json.lock');
    });

    it('and passes them on to the operations', async () => {
      const { url } = await processes.start([...memory, '--strict', '--account', '000000000042']);
      const { cluster } = await ecsCall(url, 'CreateCluster', { clusterName: 'c' });
      expect(cluster?.clusterArn).to.contain(':000000000042:');
      const container = { name: 'web', image: 'nginx' };
      const { taskDefinition } = await ecsCall(url, 'RegisterTaskDefinition', {
        family: 'web',
        containerDefinitions: [{ ...container, memory: 64 }],
      });
      expect(taskDefinition?.revision).to.equal(1);
      const run = ecsCall(url, 'RunTask', { cluster: 'c', taskDefinition: 'web', launchType: 'FARGATE' });
      expect(await run.catch((error: Error) => error.message)).to.contain('InvalidParameterException');
    });

    it('so that with the instant lifecycle RunTask answers a running task and StopTask a stopped one', async () => {
      const { url } = await processes.start([...memory, '--lifecycle', 'instant']);
      const task = await runWebTask(url);
      expect(task.lastStatus).to.equal('RUNNING');
      const { task: stopped } = await ecsCall(url, 'StopTask', { cluster: 'c', task: task.taskArn });
      expect(stopped?.lastStatus).to.equal('STOPPED');
    });
  });

  describe('refuses in one sentence, with the way out,', () => {
    const refused = ({ code, stderr }: Ended): string => {
      expect(code).to.equal(1);
      expect(stderr)
        .to.not.match(/^\s+at /m)
        .and.not.contain('"stack"');
      expect(stderr.trim().split('\n')).to.have.length(1);
      return stderr;
    };

    it('a port that is taken', async () => {
      await withServer(async (port) => {
        const ended = await processes.run(['start', '--state', path('state.json'), '--port', `${port}`]);
        expect(refused(ended)).to.contain(`Port ${port} of 127.0.0.1 is taken`).and.to.contain('--port');
        expect(await readdir(processes.folder)).to.not.include('state.json.lock');
      });
    });

    it('an address that this machine does not have', async () => {
      // 192.0.2.0/24 is nobody's (RFC 5737).
      const ended = await processes.run(['start', ...memory, '--port', '0', '--host', '192.0.2.1']);
      expect(refused(ended)).to.contain('KECS cannot listen on 192.0.2.1').and.to.contain('--host');
    });

    it('an unknown flag', async () => {
      const { code, stderr } = await processes.run(['start', '--prot', '1']);
      expect(code).to.equal(1);
      expect(stderr).to.equal("error: unknown option '--prot'\n(Did you mean --port?)\n");
    });

    it('an argument too many', async () => {
      expect(refused(await processes.run(['start', 'now']))).to.contain('too many arguments');
    });

    it('a number that is none', async () => {
      expect(refused(await processes.run(['start', '--port', 'web']))).to.contain('The option port is "web"');
    });

    it('a value that is not allowed', async () => {
      const refusal = refused(await processes.run(['start', '--lifecycle', 'slow']));
      expect(refusal).to.contain('The option lifecycle is "slow": give it one of "aws", "instant"');
    });

    it('a variable that is not allowed', async () => {
      const refusal = refused(await processes.run(['start'], { KECS_PORT: '99999' }));
      expect(refusal).to.contain('The option port is 99999').and.to.contain('KECS_PORT');
    });

    it('a configuration file that is not there', async () => {
      expect(refused(await processes.run(['start', '--config', path('none.json')])))
        .to.contain(path('none.json'))
        .and.to.contain('--config');
    });

    it('a configuration file that is not JSON', async () => {
      await writeFile(path('kecs.json'), 'port: 8080');
      expect(refused(await processes.run(['start', '--config', path('kecs.json')]))).to.contain('is not JSON');
    });

    it('a configuration file that holds no object', async () => {
      await writeFile(path('kecs.json'), '[]');
      expect(refused(await processes.run(['start', '--config', path('kecs.json')]))).to.contain('holds no JSON object');
    });

    it('an unknown option in the configuration file', async () => {
      await writeFile(path('kecs.json'), '{"prot": 1}');
      const refusal = refused(await processes.run(['start', '--config', path('kecs.json')]));
      expect(refusal).to.contain('The option prot is unknown');
    });

    it('a state file that another KECS uses', async () => {
      await processes.start(['--state', path('state.json')]);
      const refusal = refused(await processes.run(['start', '--port', '0', '--state', path('state.json')]));
      expect(refusal).to.contain('is in use by process').and.to.contain('--state');
      expect(await readdir(processes.folder)).to.include('state.json.lock');
    });

    it('a state file that cannot be written', async () => {
      await writeFile(path('file'), '');
      const refusal = refused(await processes.run(['start', '--port', '0', '--state', path('file/state.json')]));
      expect(refusal).to.contain('cannot be used').and.to.contain('--state memory');
    });

    it('a kubeconfig that is not there', async () => {
      const flags = ['--cluster', 'kubeconfig', '--kubeconfig', path('none'), '--state', path('state.json')];
      const refusal = refused(await processes.run(['start', '--port', '0', ...flags]));
      expect(refusal).to.contain('No Kubernetes could be reached').and.to.contain('"embedded" needs none');
      expect(await readdir(processes.folder)).to.not.include('state.json.lock');
    });

    it('a home without any kubeconfig', async () => {
      const refusal = refused(await processes.run(['start', '--port', '0', ...memory, '--cluster', 'kubeconfig']));
      expect(refusal).to.contain('there is no kubeconfig');
    });
  });

  describe('ends', () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      it(`with 0 at ${signal}, and leaves its state alone behind`, async () => {
        const { url, end } = await processes.start(['--state', path('state.json')]);
        await runWebTask(url);
        const { code, stderr } = await end(signal);
        expect([code, stderr]).to.deep.equal([0, '']);
        expect(await readdir(processes.folder)).to.deep.equal(['state.json']);
        expect((await stat(path('state.json'))).mode & 0o777).to.equal(0o600);
      });
    }

    it('although a client keeps its connection', async () => {
      const { url, end } = await processes.start(memory);
      await ecsCall(url, 'ListClusters', {});
      expect((await end('SIGTERM')).code).to.equal(0);
    });

    it('before it listens, and lets go of its state file', async () => {
      const state = path('state.json');
      await promisify(execFile)('mkfifo', [state]);
      const { end } = await processes.start(['--state', state], {}, '');
      // A pipe opens once somebody reads from it.
      const pipe = await open(state, 'w');
      const ended = end('SIGTERM');
      await pipe.write(JSON.stringify({ version: 1, instanceId: 'an-id', tables: {} }));
      await pipe.close();
      expect((await ended).code).to.equal(0);
      expect(await readdir(processes.folder)).to.deep.equal(['state.json']);
    });

    it('although its Kubernetes accepts connections and never answers', async () => {
      await withServer(async (port) => {
        await writeFile(path('kubeconfig'), kubeconfigOf(port));
        const flags = ['--state', path('state.json'), '--cluster', 'kubeconfig', '--kubeconfig', path('kubeconfig')];
        const { end } = await processes.start(flags, {}, 'KECS answers');
        expect((await end('SIGTERM')).code).to.equal(0);
        expect(await readdir(processes.folder)).to.have.members(['kubeconfig', 'state.json']);
      });
    });
  });

  describe('guards', () => {
    it('against names that are not its own (DNS rebinding)', async () => {
      const { url } = await processes.start(memory);
      expect((await send(url, { host: 'evil.example' })).statusCode).to.equal(403);
      expect((await send(url, { host: 'ecs.us-east-1.amazonaws.com' })).statusCode).to.equal(200);
    });

    it('against pages of other origins', async () => {
      const { url } = await processes.start(memory);
      expect((await send(url, { origin: 'https://evil.example' })).statusCode).to.equal(403);
      expect((await send(url, { origin: url })).statusCode).to.equal(200);
    });

    it('the reset unless it is allowed', async () => {
      const { url } = await processes.start(memory);
      const response = await fetch(`${url}/_aws/ecs/reset`, { method: 'POST' });
      expect(response.status).to.equal(403);
      expect(await response.text()).to.contain('--allow-reset');
    });

    it('nothing else: what is not its own is told so', async () => {
      const { url } = await processes.start(memory);
      const responses = await Promise.all([fetch(`${url}/x?y`), fetch(`${url}/x?y`)]);
      for (const response of responses) {
        expect(response.status).to.equal(404);
        expect(await response.json())
          .to.have.property('message')
          .that.contains('nothing at GET /x.');
      }
    });
  });

  it('forgets everything and gives all ports back at a reset', async () => {
    const { url } = await processes.start([...memory, '--allow-reset', '--lifecycle', 'instant']);
    const task = await runWebTask(url);
    const address = addressOf(task);
    expect((await fetch(address)).status).to.equal(200);
    expect((await fetch(`${url}/_aws/ecs/reset`, { method: 'POST' })).status).to.equal(200);
    expect(await ecsCall(url, 'ListClusters', {})).to.deep.equal({ clusterArns: [] });
    expect(await ecsCall(url, 'ListTaskDefinitions', {})).to.deep.equal({ taskDefinitionArns: [] });
    expect(await fetch(address).catch((error: Error) => error)).to.be.instanceOf(Error);
    expect((await runWebTask(url)).taskDefinitionArn).to.match(/:1$/);
  });
});

const hasIpv6 = (): boolean =>
  Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));

function kubeconfigOf(port: number): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'silent',
    contexts: [{ name: 'silent', context: { cluster: 'silent', user: 'silent' } }],
    clusters: [{ name: 'silent', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'silent', user: { token: 'none' } }],
  });
}

/** `fetch` lets nobody choose these headers. */
async function send(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const target = { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters' };
  const outgoing = httpRequest(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', ...target, ...headers },
  });
  outgoing.end('{}');
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  await json(response);
  return response;
}

async function withServer(use: (port: number) => Promise<void>): Promise<void> {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}
