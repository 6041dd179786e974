import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ecsCall } from '../lib/cli/ecs-call.ts';
import { createGateway } from '../lib/host/index.ts';
import { silentLog } from '../lib/util/log.ts';
import { buildKecs, checkout } from './support/kecs-processes.ts';

const run = promisify(execFile);

/** In a folder that has the packed KECS, its dependencies, and the types of Node.js: what a user has after `npm install`. */
describe('the packed package', () => {
  let folder: string;
  const packed = (): string => join(folder, 'node_modules/kecs');

  before(async function () {
    this.timeout(120_000);
    await buildKecs();
    folder = await mkdtemp(join(tmpdir(), 'kecs-package-'));
    await mkdir(packed(), { recursive: true });
    await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: checkout });
    const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    await run('tar', ['xzf', join(folder, tarball), '-C', packed(), '--strip-components', '1']);
    await writeFile(join(folder, 'package.json'), '{"type": "module"}');
    const { dependencies } = JSON.parse(await readFile(join(packed(), 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    for (const name of [...Object.keys(dependencies), '@types/node', 'undici-types']) await install(name);
  });
  after(() => rm(folder, { recursive: true }));

  async function install(name: string): Promise<void> {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(checkout, 'node_modules', name), link);
  }

  it('has the types of all its entry points without the AWS SDK', async function () {
    this.timeout(120_000);
    await writeFile(
      join(folder, 'use.ts'),
      `import { createEmulator, listen, type Router } from 'kecs';
       import { createGateway } from 'kecs/host';
       import { describePublicIpProvider } from 'kecs/contracts';
       import kecs, { pluginOf } from 'kecs/plugin';
       const emulator = createEmulator({ state: 'state.json', publicIp: { address: '0.0.0.0' } });
       const router: Router = emulator.router;
       // @ts-expect-error: a wrong option is told, so the types are there.
       createEmulator({ lifecycle: 'slow' });
       void [listen(emulator), router, createGateway, describePublicIpProvider, kecs, pluginOf(emulator)];`,
    );
    expect(existsSync(join(folder, 'node_modules/@aws-sdk'))).to.equal(false);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    const { stdout } = await run(join(checkout, 'node_modules/.bin/tsc'), [...options, 'use.ts'], {
      cwd: folder,
    }).catch((error: { stdout: string }) => error);
    expect(stdout).to.equal('');
  });

  for (const entry of ['kecs', 'kecs/host', 'kecs/contracts', 'kecs/plugin']) {
    it(`can be imported as ${entry}`, async () => {
      const program = `console.log(Object.keys(await import('${entry}')).length > 0)`;
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: folder });
      expect(stdout).to.equal('true\n');
    });
  }

  it('has the command kecs', async () => {
    const { stdout } = await run(process.execPath, [join(packed(), 'dist/cli.js'), '--version']);
    expect(stdout).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  it('has nothing that users have no use for', async () => {
    expect(await readdir(packed())).to.have.members([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'docs',
      'package.json',
      'plugin.json',
    ]);
    expect(await readdir(join(packed(), 'dist'))).to.not.include('.tsbuildinfo');
  });

  it('is a plugin that a host loads by its plugin.json alone', async () => {
    const gateway = createGateway({
      plugins: [{ manifest: pathToFileURL(join(packed(), 'plugin.json')) }],
      hostConfig: { version: '1.0.0', environment: {}, logger: silentLog },
    });
    const server = createServer(gateway.handler).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      await gateway.start();
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      expect(await ecsCall(url, 'ListClusters', {})).to.deep.equal({ clusterArns: [] });
      const health = (await (await fetch(`${url}/_localstack/health`)).json()) as object;
      expect(JSON.stringify(health)).to.contain('"kecs"').and.to.not.contain('error');
    } finally {
      await gateway.stop();
      server.close();
      server.closeAllConnections();
    }
  });
});
