import type { ExecOutput } from './container-process.ts';

/** Commands that a simulated container answers itself. Nothing runs on the host, and no shell interprets anything. */
export function runBuiltin(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  write: ExecOutput,
): number {
  const [name = '', ...args] = command;
  switch (name) {
    case 'true':
      return 0;
    case 'false':
      return 1;
    case 'exit':
      return Number(args[0] ?? 0) & 255;
    case 'echo':
      write('stdout', `${args.join(' ')}\n`);
      return 0;
    case 'env':
      for (const [key, value] of Object.entries(env)) write('stdout', `${key}=${value}\n`);
      return 0;
    default:
      write(
        'stderr',
        `This container is simulated: it has no program "${name}", only true, false, echo, env and exit.\n`,
      );
      return 126;
  }
}
