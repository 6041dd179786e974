import type { Task } from '../../model/task.ts';

export function withoutTags({ tags: _tags, ...task }: Task): Task {
  return task;
}
