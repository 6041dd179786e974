/**
 * The life of a task, after "Amazon ECS task lifecycle" (Amazon ECS Developer Guide, task-lifecycle-explanation.html):
 * each status in order, what ECS does in it, and the statuses that may follow. Only what was activated is deactivated.
 */
export const lifecycle = {
  /** Before launch: the network interface and the public ports are being made, and the containers asked for. */
  PROVISIONING: ['PENDING', 'STOPPING'],
  /** The containers are being placed, pulled and started. */
  PENDING: ['ACTIVATING', 'RUNNING', 'STOPPING'],
  /** The containers run, and the ways that lead to them are being opened. */
  ACTIVATING: ['RUNNING', 'DEACTIVATING'],
  RUNNING: ['DEACTIVATING'],
  /** Before the containers are stopped: the task is taken out of what leads to it. */
  DEACTIVATING: ['STOPPING'],
  /** The containers have been asked to end. */
  STOPPING: ['DEPROVISIONING'],
  /** The containers have ended: the network interface and the public ports are given back. */
  DEPROVISIONING: ['STOPPED'],
  STOPPED: [],
} as const;

export type TaskStatus = keyof typeof lifecycle;

const order = Object.keys(lifecycle) as TaskStatus[];

export function mayFollow(from: TaskStatus, to: TaskStatus): boolean {
  const followers: readonly TaskStatus[] = lifecycle[from];
  return followers.includes(to);
}

/** Whether a task in `status` is at `goal` or beyond it. */
export const hasReached = (status: TaskStatus, goal: TaskStatus): boolean =>
  order.indexOf(status) >= order.indexOf(goal);

/** The first status of the way down for a task that is to stop in `status`; undefined where it is on its way already. */
export const firstStatusOfStopping = (status: TaskStatus): TaskStatus | undefined =>
  lifecycle[status].find((next) => next === 'DEACTIVATING' || next === 'STOPPING');
