import type { Task } from '../model/task.ts';
import { ecsCall } from './ecs-call.ts';

type Status = 'RUNNING' | 'STOPPED';

/** The ARNs of the tasks of a cluster, or of all clusters of the region. */
export async function listTaskArns(
  endpoint: string,
  statuses: readonly Status[],
  cluster?: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const clusters = cluster === undefined ? await listClusters(endpoint) : [cluster];
  const found = new Map<string, readonly string[]>();
  for (const one of clusters) {
    const lists = statuses.map((desiredStatus) =>
      pages((nextToken) => ecsCall(endpoint, 'ListTasks', { cluster: one, desiredStatus, nextToken }), 'taskArns'),
    );
    found.set(one, (await Promise.all(lists)).flat());
  }
  return found;
}

export async function listTasks(endpoint: string, statuses: readonly Status[]): Promise<Task[]> {
  const tasks: Task[] = [];
  for (const [cluster, arns] of await listTaskArns(endpoint, statuses)) {
    for (let start = 0; start < arns.length; start += 100) {
      const described = await ecsCall(endpoint, 'DescribeTasks', { cluster, tasks: arns.slice(start, start + 100) });
      tasks.push(...(described.tasks ?? []));
    }
  }
  return tasks;
}

const listClusters = (endpoint: string): Promise<string[]> =>
  pages((nextToken) => ecsCall(endpoint, 'ListClusters', { nextToken }), 'clusterArns');

async function pages<K extends string>(
  page: (
    nextToken: string | undefined,
  ) => Promise<{ [key in K]?: string[] | undefined } & { nextToken?: string | undefined }>,
  key: K,
): Promise<string[]> {
  const all: string[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await page(nextToken);
    all.push(...(answer[key] ?? []));
    nextToken = answer.nextToken;
  } while (nextToken);
  return all;
}
