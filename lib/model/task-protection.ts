import type { TaskRecord } from './task.ts';

/** Whether scale-in and deployments must leave the task alone ("Protect your Amazon ECS tasks from being terminated by scale-in events"). */
export const isProtected = ({ protectedUntil }: TaskRecord, now: number): boolean =>
  protectedUntil !== undefined && protectedUntil > now;
