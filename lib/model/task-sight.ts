import type { TaskObservation } from '../runtime/task-runtime.ts';
import type { Task } from './task.ts';

/** All that decides a task's next step, beside its record. */
export interface TaskSight {
  /** Absent: the runtime never told of it. */
  readonly observation?: TaskObservation | undefined;
  /** The names of the containers whose end is the end of the task. */
  readonly essential: readonly string[];
  /** The public ports lead to the task. */
  readonly opened: boolean;
  /** What was made outside for the public ports has changed or is gone. */
  readonly unpublished?: boolean;
  /** The runtime has been asked to end the containers. */
  readonly stopAsked: boolean;
}

/** Why a task stops, as its user reads it. */
export interface Ending {
  readonly stopCode: NonNullable<Task['stopCode']>;
  readonly reason: string;
}
