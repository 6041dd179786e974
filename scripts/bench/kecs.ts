import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ServerProcess, freePort, startServer } from './server-process.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface KecsOptions {
  readonly directory: string;
  /** Name of the state file in the directory. */
  readonly state: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the compiled KECS as its users do, with a real state file. */
export async function startKecs({ directory, state, flags, env }: KecsOptions): Promise<ServerProcess> {
  const port = await freePort();
  const args = [cli, 'start', '--port', String(port), '--state', join(directory, state), '--allow-reset'];
  args.push(...(flags ?? ['--cluster', 'embedded']));
  return startServer({ name: 'KECS', command: process.execPath, args, env: env ?? {}, port, directory });
}

export async function requireBuild(): Promise<void> {
  await access(cli).catch((error: unknown) => {
    throw new Error(
      'The benchmark measures the compiled KECS, and there is no dist/cli.js: run `npm run build` first.',
      {
        cause: error,
      },
    );
  });
}
