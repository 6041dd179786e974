import { countByDeployment } from '../../model/service-counts.ts';
import type { ServiceRecord, TaskSetRecord } from '../../model/service.ts';
import { type TaskSet, describeTaskSet } from '../../model/task-set.ts';
import type { Context } from '../operation.ts';

/** A task set as it is now, without its tags. */
export function taskSetOf(service: ServiceRecord, record: TaskSetRecord, { store, now }: Context): TaskSet {
  const counts = countByDeployment(store.tasks.ofService(service.arn));
  const revision = store.serviceRevisions.get(record.revisionArn)?.revision ?? {};
  const { runningCount, pendingCount } = counts.get(record.id) ?? { runningCount: 0, pendingCount: 0 };
  return describeTaskSet(service, record, revision, { runningCount, pendingCount }, now());
}

/** Puts the changed task sets, commits, and lets the scheduler look at them. */
export async function putTaskSets(
  service: ServiceRecord,
  taskSets: readonly TaskSetRecord[],
  { store, scheduler }: Context,
): Promise<ServiceRecord> {
  const next = { ...service, taskSets };
  store.services.put(next);
  await store.commit();
  scheduler.wakeService(service.arn);
  return next;
}
