import { isProtected } from './task-protection.ts';
import type { TaskRecord } from './task.ts';

/** A task as its service sees it. */
export interface ServiceTask {
  readonly arn: string;
  readonly deploymentId: string;
  /**
   * PENDING: on its way to RUNNING. STARTING: RUNNING, and its health is not known yet. ENDING: asked to stop, or on its
   * way down. ENDED: STOPPED.
   */
  readonly state: 'PENDING' | 'STARTING' | 'HEALTHY' | 'UNHEALTHY' | 'ENDING' | 'ENDED';
  /** It is shown as RUNNING or pending, even if it has been asked to stop just now. */
  readonly isCounted: boolean;
  readonly isProtected: boolean;
  /** It is on a container instance that is draining or deregistered: another is to take its place. */
  readonly isMisplaced: boolean;
  readonly createdAt: number;
  readonly zone: string;
  readonly instance: string;
}

/** How a service looks at its tasks. */
export interface TaskRules {
  /** Whether an essential container of the deployment's tasks has a health check. */
  readonly hasHealthCheck: (deploymentId: string) => boolean;
  readonly graceSeconds: number;
  /** Whether tasks are to leave a container instance. */
  readonly isLeft: (containerInstanceArn: string) => boolean;
}

export function serviceTask(record: TaskRecord, rules: TaskRules, now: number): ServiceTask {
  const { task, arn } = record;
  const state = stateOf(record, rules, now);
  return {
    arn,
    deploymentId: task.startedBy ?? '',
    state,
    isCounted: state !== 'ENDED' && isUp(task.lastStatus),
    isProtected: isProtected(record, now),
    isMisplaced: task.containerInstanceArn !== undefined && rules.isLeft(task.containerInstanceArn),
    createdAt: task.createdAt ?? 0,
    zone: task.availabilityZone ?? '',
    instance: task.containerInstanceArn ?? '',
  };
}

/** When the grace period of a task that is unhealthy ends: until then that is not held against it. */
export function graceEnd({ task }: TaskRecord, { graceSeconds }: TaskRules): number | undefined {
  return task.healthStatus === 'UNHEALTHY' && task.startedAt !== undefined ? task.startedAt + graceSeconds : undefined;
}

function stateOf(record: TaskRecord, rules: TaskRules, now: number): ServiceTask['state'] {
  const { lastStatus, desiredStatus, startedBy = '' } = record.task;
  if (lastStatus === 'STOPPED') return 'ENDED';
  if (desiredStatus === 'STOPPED' || !isUp(lastStatus)) return 'ENDING';
  if (lastStatus !== 'RUNNING') return 'PENDING';
  return rules.hasHealthCheck(startedBy) ? healthOf(record, rules, now) : 'HEALTHY';
}

/** "The period of time, in seconds, that the Amazon ECS service scheduler ignores unhealthy … health checks after a task has first started" (API reference, Service). */
function healthOf(record: TaskRecord, rules: TaskRules, now: number): ServiceTask['state'] {
  const { healthStatus } = record.task;
  if (healthStatus === 'HEALTHY') return 'HEALTHY';
  return healthStatus === 'UNHEALTHY' && now >= (graceEnd(record, rules) ?? 0) ? 'UNHEALTHY' : 'STARTING';
}

const isUp = (lastStatus = ''): boolean => ['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING'].includes(lastStatus);
