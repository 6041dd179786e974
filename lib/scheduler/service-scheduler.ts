import { serviceArnOf } from '../model/service.ts';
import type { AcceptedTasks, TaskBatch } from '../model/task-batch.ts';
import type { TaskRecord } from '../model/task.ts';
import type { Store } from '../store/store.ts';
import type { Log } from '../util/log.ts';
import type { Clock } from './clock.ts';
import { WorkQueue } from './work-queue.ts';

export interface ServiceSchedulerOptions {
  readonly store: Store;
  readonly log: Log;
  readonly clock: Clock;
  readonly accept: (batch: TaskBatch) => Promise<AcceptedTasks>;
  readonly wakeTask: (taskArn: string) => void;
}

/** Keeps as many tasks of each service as are wanted, of the revision that is wanted. */
export interface ServiceScheduler {
  wake(serviceArn: string): void;
  taskMoved(record: TaskRecord): void;
  /** Looks at every service once. What is woken before waits for it. */
  start(): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

export function createServiceScheduler({ store, log, clock }: ServiceSchedulerOptions): ServiceScheduler {
  const queue = new WorkQueue({
    clock,
    work: reconcile,
    failed: (key, error, ms) => log.error(error, `The work on service ${key} failed and is repeated in ${ms} ms.`),
  });

  async function reconcile(serviceArn: string): Promise<void> {
    if (store.services.get(serviceArn)?.status === 'INACTIVE') return;
    await store.commit();
  }

  return {
    wake: (serviceArn) => queue.addForRequest(serviceArn),
    taskMoved: (record) => {
      const serviceArn = serviceArnOf(record);
      if (serviceArn !== undefined) queue.add(serviceArn);
    },
    start: () => {
      for (const { arn, status } of store.services.values()) if (status !== 'INACTIVE') queue.add(arn);
      queue.start();
    },
    stop: () => queue.stop(),
  };
}
