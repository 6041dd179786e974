import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { type KecsProcesses, buildKecs, createKecsProcesses } from '../support/kecs-processes.ts';

describe('kecs start --containers docker', () => {
  let processes: KecsProcesses;

  before(async function () {
    this.timeout(120_000);
    await buildKecs();
  });
  beforeEach(async () => {
    processes = await createKecsProcesses();
  });
  afterEach(() => processes.close());

  const start = (variables: Record<string, string>, ...flags: string[]) =>
    processes.run(['start', '--port', '0', '--state', 'memory', '--containers', 'docker', ...flags], variables);

  it('ends with one sentence where there is no Docker', async () => {
    const host = `unix://${join(processes.folder, 'none.sock')}`;
    const { code, stderr } = await start({ DOCKER_HOST: host });
    expect(code).to.equal(1);
    expect(stderr.trim()).to.equal(
      `kecs: No Docker answers (${host}: there is no such socket). Start Docker, or name its address in DOCKER_HOST, ` +
        'or leave out containers "docker" and have containers simulated.',
    );
  });

  it('ends where what answers is no Docker', async () => {
    const path = join(processes.folder, 'other.sock');
    const server = createServer((socket) => socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'));
    server.listen(path);
    await once(server, 'listening');
    const { code, stderr } = await start({ DOCKER_HOST: `unix://${path}` });
    server.close();
    expect(code).to.equal(1);
    expect(stderr).to.match(/^kecs: No Docker answers \(unix:\/\/.*other\.sock: .*404/m);
  });

  it('ends where a cluster is wanted, too', async () => {
    const { code, stderr } = await start({}, '--cluster', 'kubeconfig');
    expect(code).to.equal(1);
    expect(stderr.trim()).to.equal(
      'kecs: The option containers is "docker", which needs no cluster, but cluster is "kubeconfig", which runs containers itself: leave out one of them.',
    );
  });
});
