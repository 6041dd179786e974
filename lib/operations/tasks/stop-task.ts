import { invalidParameter } from '../../errors.ts';
import { requestStop } from '../../model/task-progress.ts';
import { findCluster, findTask } from '../../store/lookups.ts';
import type { Operation } from '../operation.ts';
import { withoutTags } from './task-answer.ts';

const instantWaitMs = 60_000;

export const stopTask: Operation<'StopTask'> = async (input, context) => {
  const { store, scheduler, config } = context;
  const cluster = findCluster(store, context, input.cluster);
  const record = findTask(store, cluster, input.task ?? '');
  if (!record) throw invalidParameter('The referenced task was not found.');
  const reason = input.reason ?? 'Task stopped by user';
  const stopping = requestStop(record, { stopCode: 'UserInitiated', reason });
  if (stopping !== record) store.tasks.put(stopping);
  // Also of a task that stops already: why it does may not be on disk yet.
  await store.commit();
  if (stopping !== record) scheduler.wakeTask(record.arn);
  if (config.lifecycle === 'instant') await scheduler.whenTaskReaches(record.arn, 'STOPPED', instantWaitMs);
  return { task: withoutTags((store.tasks.get(record.arn) ?? stopping).task) };
};
