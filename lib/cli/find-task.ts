import { parseArn } from '../model/arn.ts';
import type { Task } from '../model/task.ts';
import { ecsCall } from './ecs-call.ts';
import { listTaskArns } from './list-tasks.ts';

export interface FoundTask {
  readonly arn: string;
  readonly id: string;
  /** Its containers' ECS names, as the task definition orders them. */
  readonly containers: readonly string[];
}

/**
 * The task that an id, the beginning of one, or an ARN names; without a cluster those of all clusters are looked at.
 * @throws Error when none or several fit
 */
export async function findTask(endpoint: string, reference: string, cluster: string | undefined): Promise<FoundTask> {
  const arn = parseArn(reference) ? reference : await arnOf(endpoint, reference, cluster);
  const { region = '', account = '', resource = '' } = parseArn(arn) ?? {};
  const [kind, clusterName = '', id = ''] = resource.split('/');
  if (kind !== 'task' || !id) {
    throw new Error(`${reference} is no task: arn:aws:ecs:<region>:<account>:task/<cluster>/<task id> is expected.`);
  }
  const { tasks = [] } = await ecsCall(
    endpoint,
    'DescribeTasks',
    { cluster: clusterName, tasks: [arn] },
    { scope: { region, account } },
  );
  if (!tasks[0]) throw noSuchTask(reference, cluster);
  return { arn, id, containers: namesOf(tasks[0]) };
}

async function arnOf(endpoint: string, reference: string, cluster: string | undefined): Promise<string> {
  const all = [...(await listTaskArns(endpoint, ['RUNNING', 'STOPPED'], cluster)).values()].flat();
  const fitting = all.filter((arn) => idOf(arn).startsWith(reference));
  const exact = fitting.find((arn) => idOf(arn) === reference);
  const [first, ...others] = fitting;
  if (exact ?? (first && others.length === 0)) return exact ?? first ?? '';
  if (!first) throw noSuchTask(reference, cluster);
  const ids = fitting.slice(0, 5).map(idOf).join(', ');
  throw new Error(
    `${fitting.length} tasks begin with ${reference} (${ids}${fitting.length > 5 ? ', …' : ''}): give more of the id.`,
  );
}

const namesOf = ({ containers = [] }: Task): string[] => containers.map(({ name = '' }) => name);

const idOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

const noSuchTask = (reference: string, cluster: string | undefined): Error =>
  new Error(
    `There is no task ${reference}${cluster === undefined ? '' : ` in the cluster ${cluster}`}: kecs ps --all lists those of the region in AWS_REGION, stopped ones for an hour.`,
  );
