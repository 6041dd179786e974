import { Command, InvalidArgumentError } from 'commander';
import { endpointFlag } from './endpoint.ts';
import { type FoundTask, findTask } from './find-task.ts';
import { type AskedLogs, openLogs } from './open-logs.ts';
import { copy, copyLines } from './output-lines.ts';

interface LogsFlags {
  readonly cluster?: string;
  readonly container?: string;
  readonly follow?: true;
  readonly tail?: number;
  readonly timestamps?: true;
  readonly endpointUrl: string;
}

/** `kecs logs`: the output of a task's containers. */
export function logsCommand(): Command {
  return new Command('logs')
    .description("Print the output of a task's containers.")
    .argument('<task>', 'its id, the beginning of one, or its ARN')
    .allowExcessArguments(false)
    .option('-f, --follow', 'go on with what comes, until the containers have ended')
    .option('--container <name>', 'of this container; without it of all, each line with the name before it')
    .option('--tail <lines>', 'only so many lines from the end', wholeNumber)
    .option('--timestamps', 'when each line was written')
    .option('--cluster <name>', 'look for the task in this cluster only')
    .addOption(endpointFlag())
    .action(logs);
}

async function logs(reference: string, flags: LogsFlags): Promise<void> {
  const { endpointUrl, cluster, container, follow = false, timestamps = false, tail } = flags;
  endQuietlyWithReader();
  const task = await findTask(endpointUrl, reference, cluster);
  const asked = { follow, timestamps, tail };
  const [only = '', ...others] = task.containers;
  if (container === undefined && others.length > 0) return printAll(endpointUrl, task, asked);
  await copy(await openLogs(endpointUrl, task.arn, container ?? only, asked), process.stdout);
}

/** One container after the other, or at the same time when they are followed. Fails when none of them has any. */
async function printAll(endpoint: string, { arn, containers }: FoundTask, asked: AskedLogs): Promise<void> {
  const width = Math.max(...containers.map((name) => name.length));
  const failures: Error[] = [];
  const print = async (name: string, index: number): Promise<void> => {
    try {
      const prefix = coloured(`${name.padEnd(width)} | `, index);
      await copyLines(await openLogs(endpoint, arn, name, asked), process.stdout, prefix);
    } catch (error) {
      failures.push(error as Error);
      if (failures.length < containers.length) process.stderr.write(`kecs: ${(error as Error).message}\n`);
    }
  };
  if (asked.follow) await Promise.all(containers.map(print));
  else for (const [index, name] of containers.entries()) await print(name, index);
  if (failures.length === containers.length) throw failures.at(-1) as Error;
}

/** Cyan, yellow, green, magenta, blue. */
const colours = [36, 33, 32, 35, 34];

/** On a terminal only, and not for whom wants none (no-color.org). */
function coloured(text: string, index: number): string {
  if (!process.stdout.isTTY || process.env['NO_COLOR']) return text;
  return `\u001B[${colours[index % colours.length]}m${text}\u001B[0m`;
}

/** `kecs logs … | head` has got what it wanted. */
function endQuietlyWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number of 0 or more.');
}
