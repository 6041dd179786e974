import { type TaskStatus, hasReached } from '../model/task-lifecycle.ts';
import type { TaskRecord } from '../model/task.ts';
import type { Clock } from './clock.ts';

type Goal = 'RUNNING' | 'STOPPED';

interface Wait {
  readonly goal: Goal;
  readonly end: () => void;
}

/** Those who wait for a task to reach a status. */
export class Arrivals {
  readonly #clock: Clock;
  readonly #waits = new Map<string, Set<Wait>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wait(taskArn: string, goal: Goal, timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const waits = this.#waits.get(taskArn) ?? new Set();
      this.#waits.set(taskArn, waits);
      const wait: Wait = {
        goal,
        end: () => {
          cancel();
          waits.delete(wait);
          if (waits.size === 0) this.#waits.delete(taskArn);
          resolve();
        },
      };
      const cancel = this.#clock.after(timeoutMs, wait.end);
      waits.add(wait);
    });
  }

  /** Ends the waits that a task has fulfilled, or all of a task that is no more. */
  tell(taskArn: string, record: TaskRecord | undefined): void {
    const status = record?.task.lastStatus as TaskStatus | undefined;
    for (const wait of this.#waits.get(taskArn) ?? []) {
      if (!status || hasReached(status, wait.goal)) wait.end();
    }
  }

  endAll(): void {
    for (const waits of this.#waits.values()) {
      for (const { end } of waits) end();
    }
  }
}
