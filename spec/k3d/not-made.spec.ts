import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from 'chai';
import { freePortRange } from '../support/free-port-range.ts';
import { describeOnK3d, k3dCluster, leftInDocker, randomK3dName } from '../support/k3d.ts';
import { type KecsProcesses, buildKecs, createKecsProcesses } from '../support/kecs-processes.ts';
import { waitFor } from '../support/wait-for.ts';

describeOnK3d('A k3d cluster that cannot be made', () => {
  let processes: KecsProcesses;
  let name: string;
  let first: number;
  let flags: string[];

  before(async () => {
    await buildKecs();
    processes = await createKecsProcesses();
  });
  beforeEach(async () => {
    name = randomK3dName();
    ({ first } = await freePortRange(1));
    flags = [`--k3d-name=${name}`, '--k3d-ports=1', `--public-ip-host-ports-first=${first}`];
  });
  after(() => processes?.close());

  const begun = () =>
    waitFor('what Docker has of the cluster', async () => (await leftInDocker(name)).length > 0, 60_000);

  it('leaves nothing when KECS is ended meanwhile', async () => {
    const kecs = await processes.start(['--cluster=k3d', ...flags], {}, 'KECS answers');
    await begun();
    const { code, stderr } = await kecs.end('SIGINT');
    expect(code).to.equal(0);
    expect(stderr).to.include(`Deleting what there is of k3d cluster ${name}.`);
    expect(await leftInDocker(name)).to.deep.equal([]);
  });

  it('leaves nothing when a program takes one of its host ports meanwhile, and says what Docker said', async () => {
    const creation = processes.run(['cluster', 'create', ...flags]);
    await begun();
    const server = createServer().listen(first, '127.0.0.1');
    await once(server, 'listening');
    const { code, stderr } = await creation;
    server.close();
    expect(code).to.equal(1);
    expect(stderr)
      .to.include(`k3d cluster ${name} could not be created`)
      .and.match(/address already in use|allocated/);
    expect(await k3dCluster(name)).to.equal(undefined);
    expect(await leftInDocker(name)).to.deep.equal([]);
  });

  it('names Docker when that does not answer', async () => {
    const { code, stderr } = await processes.run(['cluster', 'create', ...flags], {
      DOCKER_HOST: 'unix:///nowhere.sock',
    });
    expect([code, stderr]).to.deep.equal([
      1,
      'kecs: Docker is not running at unix:///nowhere.sock (DOCKER_HOST): start it, or use --cluster embedded.\n',
    ]);
  });

  it('names k3d when that is not installed', async () => {
    const { code, stderr } = await processes.run(['start', '--cluster=k3d', ...flags], {
      PATH: '/nowhere',
      KECS_PORT: '0',
    });
    expect(code).to.equal(1);
    expect(stderr).to.include(
      'The k3d command is not installed: install it (https://k3d.io), or use --cluster embedded.',
    );
  });
});
