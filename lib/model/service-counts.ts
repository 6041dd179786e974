import type { TaskRecord } from './task.ts';

/** The tasks of a service or a deployment that its description counts. */
export interface ServiceTaskCounts {
  readonly runningCount: number;
  readonly pendingCount: number;
}

/** What is on its way to RUNNING is pending; a task on its way down is neither. */
export function countServiceTasks(tasks: Iterable<TaskRecord>): ServiceTaskCounts {
  const counts = { runningCount: 0, pendingCount: 0 };
  for (const record of tasks) countTask(record, counts);
  return counts;
}

/** The counts of each deployment by its id; one without tasks is not among them. */
export function countByDeployment(tasks: Iterable<TaskRecord>): ReadonlyMap<string, ServiceTaskCounts> {
  const counts = new Map<string, Mutable>();
  for (const record of tasks) {
    const id = record.task.startedBy ?? '';
    const own = counts.get(id) ?? { runningCount: 0, pendingCount: 0 };
    countTask(record, own);
    counts.set(id, own);
  }
  return counts;
}

type Mutable = { -readonly [K in keyof ServiceTaskCounts]: ServiceTaskCounts[K] };

function countTask({ task }: TaskRecord, counts: Mutable): void {
  if (task.lastStatus === 'RUNNING') counts.runningCount += 1;
  else if (pendingStatuses.has(task.lastStatus ?? '')) counts.pendingCount += 1;
}

const pendingStatuses = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING']);
