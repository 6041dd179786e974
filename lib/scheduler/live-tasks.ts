import type { TaskObservation } from '../runtime/task-runtime.ts';

/** What this process knows of a task beside its record; it is found anew after a restart. */
export interface LiveTask {
  observation?: TaskObservation;
  opened: boolean;
  unpublished: boolean;
  stopAsked: boolean;
}

export class LiveTasks {
  readonly #tasks = new Map<string, LiveTask>();

  of(taskArn: string): LiveTask {
    const live = this.#tasks.get(taskArn) ?? { opened: false, unpublished: false, stopAsked: false };
    this.#tasks.set(taskArn, live);
    return live;
  }

  isPresent(taskArn: string): boolean {
    return this.#tasks.get(taskArn)?.observation?.present === true;
  }

  forget(taskArn: string): void {
    this.#tasks.delete(taskArn);
  }
}
