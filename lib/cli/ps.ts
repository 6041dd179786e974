import { Command } from 'commander';
import type { Task } from '../model/task.ts';
import { endpointFlag } from './endpoint.ts';
import { listTasks } from './list-tasks.ts';

/** `kecs ps`: the tasks of all clusters with their public URLs. */
export function psCommand(): Command {
  return new Command('ps')
    .description(
      'List the tasks of the region in AWS_REGION (else of the region KECS was started with) with their public URLs.',
    )
    .addOption(endpointFlag())
    .option('--all', 'stopped tasks, too')
    .option('--json', 'print JSON')
    .action(async ({ endpointUrl, all, json }: { endpointUrl: string; all?: boolean; json?: boolean }) => {
      const rows = (await listTasks(endpointUrl, all ? ['RUNNING', 'STOPPED'] : ['RUNNING'])).map(rowOf);
      process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : table(rows));
    });
}

interface Row {
  readonly cluster: string;
  readonly task: string;
  readonly definition: string;
  readonly status: string;
  readonly urls: readonly string[];
  readonly reason?: string;
}

function rowOf(task: Task): Row {
  const bindings = (task.containers ?? []).flatMap(({ networkBindings = [] }) => networkBindings);
  return {
    cluster: afterSlash(task.clusterArn),
    task: afterSlash(task.taskArn),
    definition: afterSlash(task.taskDefinitionArn),
    status: task.lastStatus ?? '',
    urls: bindings.map(({ bindIP, hostPort, protocol }) =>
      protocol === 'udp' ? `udp://${bindIP}:${hostPort}` : `http://${bindIP}:${hostPort}`,
    ),
    ...(task.stoppedReason && { reason: task.stoppedReason }),
  };
}

const afterSlash = (arn = ''): string => arn.slice(arn.lastIndexOf('/') + 1);

function table(rows: readonly Row[]): string {
  const header = ['CLUSTER', 'TASK', 'DEFINITION', 'STATUS', 'URL'];
  const lines = [header, ...rows.map((row) => [row.cluster, row.task, row.definition, row.status, lastColumn(row)])];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
    .concat('\n');
}

const lastColumn = ({ urls, reason }: Row): string => (urls.length > 0 ? urls.join(' ') : (reason ?? ''));
