import { AwsError } from '../errors.ts';
import { type TaskStatus, hasReached } from '../model/task-lifecycle.ts';
import type { Container, Task, TaskRecord } from '../model/task.ts';
import type { Store } from '../store/store.ts';

/** A container of a task, as far as its output and commands in it go. */
export interface StreamedContainer {
  readonly name: string;
  readonly task: TaskRecord;
  /** `coming`: it has not started and may yet. */
  readonly state: 'coming' | 'running' | 'stopped';
}

/** @throws AwsError when there is no such task or container, or when there are several to choose from */
export function containerOf(store: Store, taskArn: string, wanted: string | undefined): StreamedContainer {
  const record = taskOf(store, taskArn);
  const containers = record.task.containers ?? [];
  const names = containers.map(({ name = '' }) => name);
  if (wanted === undefined && names.length > 1) {
    throw new AwsError(
      'InvalidParameterException',
      `Task ${record.id} has several containers: name one of ${names.join(', ')}.`,
    );
  }
  const found = wanted === undefined ? containers[0] : containers.find(({ name }) => name === wanted);
  if (!found?.name) {
    throw notFound(`Task ${record.id} has no container ${wanted}: it has ${names.join(', ')}.`);
  }
  return { name: found.name, task: record, state: stateOf(found, record.task) };
}

/** The first one whose end is the end of the task; the first of all where the task definition is no more. */
export function essentialContainerOf(store: Store, taskArn: string): string | undefined {
  const { task } = taskOf(store, taskArn);
  const definition = store.taskDefinitions.get(task.taskDefinitionArn ?? '')?.definition;
  const essential = definition?.containerDefinitions?.find((container) => container.essential !== false);
  return essential?.name ?? task.containers?.[0]?.name;
}

/** A sentence for a container that does not run. */
export function whyNotRunning({ name, task: { id, task }, state }: StreamedContainer): string {
  if (state === 'coming') return `Container ${name} of task ${id} has not started yet: the task is ${task.lastStatus}.`;
  if (task.lastStatus !== 'STOPPED') return `Container ${name} of task ${id} has ended.`;
  return `Task ${id} has stopped${task.stoppedReason ? ` (${task.stoppedReason.replace(/\.$/, '')})` : ''}.`;
}

function taskOf(store: Store, taskArn: string): TaskRecord {
  const record = store.tasks.get(taskArn);
  if (record) return record;
  throw notFound(`KECS has no task ${taskArn}: it never had, or the task stopped more than an hour ago.`);
}

function stateOf({ lastStatus }: Container, task: Task): StreamedContainer['state'] {
  if (task.lastStatus === 'STOPPED' || lastStatus === 'STOPPED') return 'stopped';
  if (lastStatus === 'RUNNING' || hasReached(task.lastStatus as TaskStatus, 'RUNNING')) return 'running';
  return task.desiredStatus === 'STOPPED' ? 'stopped' : 'coming';
}

const notFound = (message: string): AwsError => new AwsError('InvalidParameterException', message, 404);
