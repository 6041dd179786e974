import { progress } from '../model/task-progress.ts';
import type { Task, TaskRecord } from '../model/task.ts';
import type { PublicIps } from '../public-ip/public-ips.ts';
import type { TaskObservation, TaskRuntime } from '../runtime/task-runtime.ts';
import type { Store } from '../store/store.ts';
import type { Log } from '../util/log.ts';
import { Arrivals } from './arrivals.ts';
import { type Clock, systemClock } from './clock.ts';
import { LiveTasks } from './live-tasks.ts';
import { endLostTasks, forgetCallsUnderWay, restorePublicIps } from './restart.ts';
import { Sweeper } from './sweeper.ts';
import { taskActions } from './task-actions.ts';
import { essentialContainers } from './task-launch.ts';
import { WorkQueue } from './work-queue.ts';

export interface TaskReconcilerOptions {
  readonly store: Store;
  /** There once Kubernetes is connected; `start` waits for it and fails with it. */
  readonly runtime: Promise<TaskRuntime>;
  readonly publicIps: PublicIps;
  readonly log: Log;
  readonly clock?: Clock;
  /** Told of each change of a task that is more than what was observed of its containers. */
  readonly taskMoved?: (record: TaskRecord) => void;
}

/** The only writer of tasks once they are accepted: it looks at a task and at what the runtime saw of it, and takes the next step. */
export interface TaskReconciler {
  wakeTask(taskArn: string): void;
  whenTaskReaches(taskArn: string, status: 'RUNNING' | 'STOPPED', timeoutMs: number): Promise<void>;
  /** To be called before the first task is accepted. Adopts what runs already; until it resolves, tasks that are accepted wait. */
  start(): Promise<void>;
  /** Resolves when nothing is under way any more. Tasks go on running. */
  stop(): Promise<void>;
  /** Ends every task, gives its ports back, and forgets everything. */
  reset(): Promise<void>;
}

export function createTaskReconciler(options: TaskReconcilerOptions): TaskReconciler {
  const { store, publicIps, log, clock = systemClock, taskMoved } = options;
  const arrivals = new Arrivals(clock);
  const live = new LiveTasks();
  const sweeper = new Sweeper(store, clock, (error) => log.error(error, 'Stopped tasks could not be removed.'));
  const queue = new WorkQueue({
    clock,
    work: reconcile,
    failed: (key, error, ms) => log.error(error, `The work on task ${key} failed and is repeated in ${ms} ms.`),
  });
  // Its failure is told by `start`, which may never come to wait for it.
  options.runtime.catch(() => undefined);
  let runtime: TaskRuntime | undefined;
  let actions: ReturnType<typeof taskActions>;
  let stopped = false;

  function publishAgain(taskArn: string): void {
    live.of(taskArn).unpublished = true;
    queue.add(taskArn);
  }

  async function start(): Promise<void> {
    forgetCallsUnderWay(store);
    publicIps.watch(publishAgain);
    // Asked at once: ports that are taken up again must not be given to the next task.
    [, runtime] = await Promise.all([restorePublicIps(store, publicIps), options.runtime]);
    actions = taskActions(runtime, publicIps);
    if (!stopped) await runtime.watch(observe);
    if (stopped) return;
    endLostTasks(store, live);
    await store.commit();
    for (const { arn, task } of store.tasks.values()) if (task.lastStatus !== 'STOPPED') queue.add(arn);
    sweeper.start();
    queue.start();
  }

  async function stop(): Promise<void> {
    stopped = true;
    sweeper.stop();
    arrivals.endAll();
    await queue.stop();
  }

  async function reset(): Promise<void> {
    if (!runtime) return store.reset();
    await queue.stop();
    const living = [...store.tasks.values()].filter(({ task }) => task.lastStatus !== 'STOPPED');
    const stops = living.map(async ({ arn }) => runtime?.stop(arn));
    const releases = living.map(async ({ arn, publicIp }) => publicIp && publicIps.release(arn, publicIp));
    await Promise.allSettled([...stops, ...releases]);
    await store.reset();
    for (const { arn } of living) {
      arrivals.tell(arn, undefined);
      queue.add(arn);
    }
    sweeper.stop();
    sweeper.start();
    queue.start();
  }

  function observe(observation: TaskObservation): void {
    const { taskArn } = observation;
    live.of(taskArn).observation = observation;
    queue.add(taskArn);
  }

  /** Steps until there is nothing to do but wait for the next wake. */
  async function reconcile(taskArn: string): Promise<void> {
    try {
      while (await step(taskArn));
    } finally {
      await store.commit();
      arrivals.tell(taskArn, store.tasks.get(taskArn));
    }
  }

  async function step(taskArn: string): Promise<boolean> {
    const record = store.tasks.get(taskArn);
    if (!record) return removeUnknown(taskArn);
    const seen = live.of(taskArn);
    const definition = store.taskDefinitions.get(record.task.taskDefinitionArn ?? '')?.definition;
    const essential = definition ? essentialContainers(definition) : [];
    const next = progress(record, { ...seen, observation: seen.observation, essential }, clock.now());
    if (next.action) {
      const change = await actions[next.action](next.record, seen, definition);
      put(taskArn, change);
      return true;
    }
    if (next.record === record) {
      if (record.task.lastStatus === 'STOPPED' && !live.isPresent(taskArn)) live.forget(taskArn);
      return false;
    }
    put(taskArn, () => next.record);
    if (next.record.task.lastStatus === 'STOPPED') sweeper.note(next.record);
    return true;
  }

  /** The record is read again: while an action was awaited, an operation may have changed it. */
  function put(taskArn: string, change: (record: TaskRecord) => TaskRecord): void {
    const record = store.tasks.get(taskArn);
    const next = record && change(record);
    if (!next || next === record) return;
    store.tasks.put(next);
    if (taskMoved && hasMoved(record.task, next.task)) taskMoved(next);
  }

  /** Containers that carry our instance id, of a task that was forgotten. */
  async function removeUnknown(taskArn: string): Promise<false> {
    const seen = live.of(taskArn);
    if (seen.observation?.present && !seen.stopAsked) await runtime?.stop(taskArn).then(() => (seen.stopAsked = true));
    if (!live.isPresent(taskArn)) live.forget(taskArn);
    return false;
  }

  return {
    start,
    stop,
    reset,
    wakeTask: (taskArn) => queue.addForRequest(taskArn),
    whenTaskReaches: (taskArn, status, timeoutMs) => {
      const reached = arrivals.wait(taskArn, status, timeoutMs);
      arrivals.tell(taskArn, store.tasks.get(taskArn));
      return reached;
    },
  };
}

const hasMoved = (before: Task, after: Task): boolean =>
  before.lastStatus !== after.lastStatus ||
  before.desiredStatus !== after.desiredStatus ||
  before.healthStatus !== after.healthStatus;
