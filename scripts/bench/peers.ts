import { execFile } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ServerProcess, freePort, startServer } from './server-process.ts';

const run = promisify(execFile);

export type Peer = 'ministack' | 'moto';

/** An environment for each, so that none is given a library (docker) which only the other asked for. */
const requirements = { ministack: 'ministack', moto: 'moto[server]' } as const satisfies Record<Peer, string>;

export async function startPeer(peer: Peer, directory: string): Promise<ServerProcess> {
  const binaries = await install(peer);
  const port = await freePort();
  const common = { name: peer, port, directory };
  if (peer === 'moto') {
    return startServer({ ...common, command: join(binaries, 'moto_server'), args: ['-p', String(port)], env: {} });
  }
  const env = { GATEWAY_PORT: String(port), BIND_HOST: '127.0.0.1' };
  return startServer({ ...common, command: join(binaries, 'ministack'), args: [], env });
}

export async function peerVersion(peer: Peer): Promise<string> {
  const python = join(await install(peer), 'python');
  const program = `import importlib.metadata; print(importlib.metadata.version("${peer}"))`;
  const { stdout } = await run(python, ['-c', program]);
  return stdout.trim();
}

/** Forgets everything, as each of them offers it to test suites. */
export const resetPath = { ministack: '/_ministack/reset', moto: '/moto-api/reset' } as const satisfies Record<
  Peer,
  string
>;

async function install(peer: Peer): Promise<string> {
  const home = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kecs-bench');
  const environment = join(home, peer);
  const done = join(environment, 'bin', peer === 'moto' ? 'moto_server' : peer);
  const isInstalled = await access(done).then(
    () => true,
    () => false,
  );
  if (!isInstalled) {
    console.error(`Installing ${requirements[peer]} in ${environment} …`);
    await mkdir(home, { recursive: true });
    await run('python3', ['-m', 'venv', environment]);
    await run(join(environment, 'bin', 'pip'), ['install', '--quiet', requirements[peer]]);
  }
  return join(environment, 'bin');
}
