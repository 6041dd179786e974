import { Command } from 'commander';
import { endpointFlag } from './endpoint.ts';
import { type AskedCommand, openExec } from './open-exec.ts';
import { findTask } from './find-task.ts';
import { takeTerminal } from './terminal.ts';

interface ExecFlags {
  readonly cluster?: string;
  readonly container?: string;
  readonly interactive?: boolean;
  readonly tty?: boolean;
  readonly endpointUrl: string;
}

/** What docker exec and podman exec end with when the failure is their own, not the command's. */
const ownFailure = 125;

/** `kecs exec`: a command in a container of a task. */
export function execCommand(): Command {
  return new Command('exec')
    .description('Run a command in a container of a running task, e.g. kecs exec -it 3f2a -- sh')
    .argument('<task>', 'its id, the beginning of one, or its ARN')
    .argument('<command...>', 'after --, the command and its arguments; no shell reads it')
    .option('--container <name>', 'in this container; without it in the first essential one')
    .option('-i, --interactive', 'give the command what comes in here')
    .option('-t, --tty', 'give the command a terminal')
    .option('--cluster <name>', 'look for the task in this cluster only')
    .addOption(endpointFlag())
    .action(async (task: string, command: string[], flags: ExecFlags) => {
      const exitCode = await exec(task, command, flags).catch((error: Error & { exitCode?: number }) => {
        process.stderr.write(`kecs: ${error.message}\n`);
        return error.exitCode ?? ownFailure;
      });
      await Promise.all([process.stdout, process.stderr].map(taken));
      // What comes in here would keep the process.
      process.exit(exitCode);
    });
}

async function exec(reference: string, command: readonly string[], flags: ExecFlags): Promise<number> {
  const { endpointUrl, cluster, container, interactive = false } = flags;
  const { arn } = await findTask(endpointUrl, reference, cluster);
  const asked = { taskArn: arn, container, command, stdin: interactive, tty: hasTerminal(flags) };
  return run(endpointUrl, asked);
}

async function run(endpoint: string, asked: AskedCommand): Promise<number> {
  const session = await openExec(endpoint, asked);
  const giveBack = asked.tty ? takeTerminal(asked.stdin, (size) => session.resize(size)) : undefined;
  try {
    if (asked.stdin) session.pipeInput(process.stdin);
    return await session.result;
  } finally {
    giveBack?.();
  }
}

/** A pipe takes what is written to it when its reader has room; what waits for that would be lost with the process. */
const taken = (output: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    output.write('', () => resolve());
  });

/** As kubectl: where there is no terminal here, the command gets none either. */
function hasTerminal({ tty = false, interactive = false }: ExecFlags): boolean {
  if (!tty || !interactive || process.stdin.isTTY) return tty;
  process.stderr.write('kecs: The input here is no terminal, so the command gets none either.\n');
  return false;
}
