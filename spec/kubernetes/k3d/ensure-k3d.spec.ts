import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect } from 'chai';
import type { K3dSettings } from '../../../lib/kubernetes/k3d/k3d-plan.ts';
import { ensureK3d } from '../../../lib/kubernetes/k3d/ensure-k3d.ts';
import { type FakeAnswers, type FakeK3d, fakeK3d } from '../../support/fake-k3d.ts';
import { freePortRange } from '../../support/free-port-range.ts';
import { waitFor } from '../../support/wait-for.ts';

describe('k3d, taken care of', () => {
  let fake: FakeK3d;
  let settings: K3dSettings;
  let said: string[];

  beforeEach(async () => {
    said = [];
    const publicIp = { address: '127.0.0.1', hostPorts: await freePortRange(4), firstNodePort: 30_000 };
    settings = { k3dName: 'mine', k3dPorts: 3, publicIp };
  });
  afterEach(() => fake.remove());

  const none = { out: '[]' };
  const listed = (cluster: object) => ({ out: JSON.stringify([{ name: 'mine', ...cluster }]) });
  const stopped = listed({ serversRunning: 0, serversCount: 1 });
  const running = listed({ serversRunning: 1, serversCount: 1 });

  async function ensure(answers: FakeAnswers | undefined, options = {}, signal?: AbortSignal): Promise<string> {
    fake = await fakeK3d(answers, options);
    const say = (line: string) => void said.push(line);
    const work = { environment: fake.environment, say, warn: say, ...(signal && { signal }) };
    return ensureK3d(settings, work).then(
      () => 'done',
      (error: Error) => error.message,
    );
  }
  const called = async () => (await fake.calls()).map((args) => args.slice(0, 2).join(' '));

  it('leaves a cluster that runs as it is', async () => {
    expect(await ensure({ 'cluster list': [running] })).to.equal('done');
    expect(await called()).to.deep.equal(['version', 'cluster list']);
  });

  it('starts a cluster that is stopped', async () => {
    expect(await ensure({ 'cluster list': [stopped], 'cluster start': [{}] })).to.equal('done');
    expect(await called()).to.include('cluster start');
    expect(said).to.include('Starting k3d cluster mine, which is stopped.');
  });

  it('makes a cluster that is not there, mapped directly, without touching the kubeconfig of the user', async () => {
    const progress = { err: "\u001b[36mINFO\u001b[0m[0001] Starting node 'k3d-mine-server-0'\n" };
    expect(await ensure({ 'cluster list': [none], 'cluster create': [progress] })).to.equal('done');
    const args = (await fake.calls()).at(-1) ?? [];
    const { first } = settings.publicIp.hostPorts;
    expect(args).to.include.members([
      `127.0.0.1:${first}-${first + 2}:30000-30002@server:0:direct`,
      '--no-lb',
      '--api-port=127.0.0.1:random',
      '--disable=traefik@server:0',
      '--disable=servicelb@server:0',
      '--disable=metrics-server@server:0',
      '--kubeconfig-update-default=false',
      '--kubeconfig-switch-context=false',
    ]);
    expect(args.join(' ')).not.to.include('service-node-port-range');
    expect(said).to.include("Starting node 'k3d-mine-server-0'");
  });

  it('widens the range of NodePorts for those beyond the default', async () => {
    settings = { ...settings, publicIp: { ...settings.publicIp, firstNodePort: 32_766 } };
    expect(await ensure({ 'cluster list': [none], 'cluster create': [{}] })).to.equal('done');
    expect((await fake.calls()).at(-1)).to.include('--service-node-port-range=30000-32769@server:0');
  });

  it('deletes what there is of a cluster that could not be made, and says why', async () => {
    const leftover = listed({ nodes: [{ role: 'noRole' }] });
    const answers = {
      'cluster list': [none, leftover],
      'cluster create': [
        {
          err: 'WARN[0001] slow\nERRO[0009] Failed Cluster Start: no space left on device\nFATA[0009] Cluster creation FAILED, all changes have been rolled back!',
          code: 1,
        },
      ],
      'cluster delete': [{}],
    };
    expect(await ensure(answers))
      .to.include('k3d cluster mine could not be created')
      .and.include('no space left on device')
      .and.include('Nothing of it is left');
    expect((await fake.calls()).at(-1)).to.deep.equal(['cluster', 'delete', 'mine']);
  });

  it('deletes no cluster of that name which another program made meanwhile', async () => {
    const theirs = listed({ nodes: [{ role: 'server', env: ['KECS_CREATION=theirs'] }] });
    const answers = { 'cluster list': [none, theirs], 'cluster create': [{ err: 'FATA[0009] broken', code: 1 }] };
    expect(await ensure(answers)).to.include('broken');
    expect(await called()).not.to.include('cluster delete');
  });

  it('says that another program is making a cluster of that name', async () => {
    const err = "FATA[0000] Failed to create cluster 'mine' because a cluster with that name already exists";
    expect(await ensure({ 'cluster list': [none], 'cluster create': [{ err, code: 1 }] })).to.equal(
      'Another program is making a k3d cluster mine now: start again when it has.',
    );
  });

  it('ends a creation that is cancelled, and deletes what there is of it', async () => {
    const cancelling = new AbortController();
    const leftover = listed({ nodes: [] });
    const result = ensure(
      { 'cluster list': [none, leftover], 'cluster create': [{ hangs: true }], 'cluster delete': [{}] },
      {},
      cancelling.signal,
    );
    await waitFor('the creation', async () => (await called()).includes('cluster create'));
    cancelling.abort();
    expect(await result).to.include('k3d cluster create mine was interrupted.');
    expect((await called()).at(-1)).to.equal('cluster delete');
  });

  it('names a host port that is taken before it makes anything', async () => {
    const port = settings.publicIp.hostPorts.first + 1;
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect(await ensure({ 'cluster list': [none] })).to.include(`Host port ${port} of 127.0.0.1 is taken`);
    expect(await called()).not.to.include('cluster create');
    server.close();
  });

  it('says that k3d is not installed', async () => {
    expect(await ensure(undefined)).to.equal(
      'The k3d command is not installed: install it (https://k3d.io), or use --cluster embedded.',
    );
  });

  it('says that k3d is too old', async () => {
    expect(await ensure({ version: [{ out: 'k3d version v4.4.8\n' }] })).to.equal(
      'k3d 4.4.8 is too old: install version 5 or later (https://k3d.io), or use --cluster embedded.',
    );
  });

  const noDocker = {
    err: 'FATA[0000] failed to list containers: Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?',
    code: 1,
  };

  it('says that Docker is not running', async () => {
    expect(await ensure({ 'cluster list': [noDocker] })).to.equal(
      'Docker is not running: start it, or use --cluster embedded.',
    );
  });

  it('says that Docker is not installed', async () => {
    expect(await ensure({ 'cluster list': [noDocker] }, { docker: false })).to.include(
      'Docker, which k3d needs, is not installed',
    );
  });

  it('warns of a load balancer whose connections its listeners take', async () => {
    const ports = Array.from({ length: 1000 }, (_, i) => [
      `${30_000 + i}/tcp`,
      [{ HostIp: '', HostPort: `${32_000 + i}` }],
    ]);
    const nodes = [{ role: 'loadbalancer', portMappings: Object.fromEntries(ports) as object }];
    await ensure({ 'cluster list': [listed({ serversRunning: 1, serversCount: 1, nodes })] });
    expect(said.join()).to.include('listens on 1000 ports with 1024 worker_connections');
  });
});
