import { invalidParameter } from '../../errors.ts';
import { serviceArnOf } from '../../model/service.ts';
import type { TaskRecord } from '../../model/task.ts';
import { findCluster } from '../../store/lookups.ts';
import type { Input, Operation } from '../operation.ts';
import { describeProtection, findProtectable } from './protected-tasks.ts';

/** "A list of up to 10 task IDs", "from 1 minute to up to 2,880 minutes", "120 minutes" (API_UpdateTaskProtection.html). */
const mostTasks = 10;
const longestMinutes = 2880;
const defaultMinutes = 120;

export const updateTaskProtection: Operation<'UpdateTaskProtection'> = async (input, context) => {
  const { store, scheduler, now } = context;
  const cluster = findCluster(store, context, input.cluster);
  checkInput(input);
  const { records, failures } = findProtectable(input.tasks ?? [], cluster, context);
  const until = now() + (input.expiresInMinutes ?? defaultMinutes) * 60;
  const updated = records.map((record) => withProtection(record, input.protectionEnabled ? until : undefined));
  for (const record of updated) store.tasks.put(record);
  await store.commit();
  // A task that is no longer protected may be one too many.
  for (const arn of new Set(updated.flatMap((record) => serviceArnOf(record) ?? []))) scheduler.wakeService(arn);
  return { protectedTasks: updated.map((record) => describeProtection(record, now())), failures };
};

function checkInput({ tasks = [], expiresInMinutes = defaultMinutes, ...input }: Input<'UpdateTaskProtection'>): void {
  if (tasks.length === 0) throw invalidParameter('Tasks cannot be empty.');
  if (tasks.length > mostTasks) {
    throw invalidParameter(`UpdateTaskProtection takes at most ${mostTasks} tasks, but was given ${tasks.length}.`);
  }
  if (!input.protectionEnabled) return;
  if (expiresInMinutes < 1 || expiresInMinutes > longestMinutes) {
    throw invalidParameter(`expiresInMinutes must be between 1 and ${longestMinutes}, but was ${expiresInMinutes}.`);
  }
}

function withProtection({ protectedUntil: _before, ...record }: TaskRecord, until: number | undefined): TaskRecord {
  return until === undefined ? record : { ...record, protectedUntil: until };
}
