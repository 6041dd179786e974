import type { ServiceDraft } from '../model/service-draft.ts';
import { progressService } from '../model/service-progress.ts';
import type { TaskRules } from '../model/service-task.ts';
import { progressTaskSets } from '../model/task-set-progress.ts';
import type { Deployed } from './service-tasks.ts';

/** Tasks that are to be started for the PRIMARY deployment or for a task set. */
export interface Start {
  readonly of: Deployed;
  readonly isTaskSet: boolean;
  readonly count: number;
  /** How many of them replace unhealthy ones. */
  readonly replacing: number;
}

interface Step {
  readonly draft: ServiceDraft;
  readonly starts: readonly Start[];
  /** When to look again although nothing moves; seconds since the epoch. */
  readonly wakeAt?: number;
}

/** What becomes of a service now, whether it has deployments or task sets. */
export function stepOf(before: ServiceDraft, rules: TaskRules): Step {
  const { taskSets, status } = before.service;
  return taskSets && status === 'ACTIVE' ? stepOfTaskSets(before, rules) : stepOfDeployments(before, rules);
}

function stepOfTaskSets(before: ServiceDraft, rules: TaskRules): Step {
  const { starts, ...step } = progressTaskSets(before, rules);
  return { ...step, starts: starts.map(({ taskSet, ...start }) => ({ ...start, of: taskSet, isTaskSet: true })) };
}

function stepOfDeployments(before: ServiceDraft, rules: TaskRules): Step {
  const { start: count, replacing, ...step } = progressService(before, rules);
  const [primary] = step.draft.service.deployments;
  return { ...step, starts: count > 0 && primary ? [{ of: primary, isTaskSet: false, count, replacing }] : [] };
}
