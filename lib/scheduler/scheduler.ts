import type { AcceptedTasks, TaskBatch } from '../model/task-batch.ts';
import { acceptTasks } from './accept-tasks.ts';
import { systemClock } from './clock.ts';
import { LeftClusters } from './left-clusters.ts';
import type { Instances } from './place-on-instances.ts';
import { createServiceScheduler } from './service-scheduler.ts';
import { type TaskReconciler, type TaskReconcilerOptions, createTaskReconciler } from './task-reconciler.ts';

export interface Scheduler extends TaskReconciler {
  acceptTasks(batch: TaskBatch): Promise<AcceptedTasks>;
  wakeService(serviceArn: string): void;
  /** Nodes have come, gone or changed. */
  nodesMoved(): void;
  /** A cluster was deleted. */
  wakeLeftClusters(): void;
}

export type SchedulerOptions = Omit<TaskReconcilerOptions, 'taskMoved'> & Omit<Instances, 'store'>;

/** Tasks and services: each looks at what the other has done to the tasks of a service, and neither calls the other. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { store, log, nodes, clock = systemClock } = options;
  const accept = (batch: TaskBatch): Promise<AcceptedTasks> => acceptTasks(batch, { ...options, clock });
  const services = createServiceScheduler({ store, log, clock, nodes, accept, wakeTask: (arn) => tasks.wakeTask(arn) });
  const tasks = createTaskReconciler({ ...options, taskMoved: (record) => services.taskMoved(record) });
  const leftClusters = new LeftClusters(store, clock, log);
  return {
    ...tasks,
    start: async () => {
      await tasks.start();
      services.start();
      leftClusters.start(await options.runtime);
    },
    stop: async () => {
      await services.stop();
      await tasks.stop();
      await leftClusters.stop();
    },
    reset: async () => {
      await services.stop();
      await tasks.reset();
      services.start();
      leftClusters.wake();
    },
    acceptTasks: async (batch) => {
      const accepted = await accept(batch);
      for (const { arn } of accepted.records) tasks.wakeTask(arn);
      return accepted;
    },
    wakeService: (serviceArn) => services.wake(serviceArn),
    nodesMoved: () => services.nodesMoved(),
    wakeLeftClusters: () => leftClusters.wake(),
  };
}
