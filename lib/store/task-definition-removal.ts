import { usesTaskDefinition } from './service-lookups.ts';
import type { Store } from './store.ts';

/**
 * Forgets a revision whose deletion was asked for, unless something uses it: "A task definition revision will stay in
 * DELETE_IN_PROGRESS status until all the associated tasks and services have been terminated" (API reference,
 * DeleteTaskDefinitions).
 */
export function forgetIfUnused(store: Store, taskDefinitionArn: string): void {
  const isDeleted = store.taskDefinitions.get(taskDefinitionArn)?.definition.status === 'DELETE_IN_PROGRESS';
  if (!isDeleted || isUsedByTask(store, taskDefinitionArn) || usesTaskDefinition(store, taskDefinitionArn)) return;
  store.taskDefinitions.delete(taskDefinitionArn);
}

function isUsedByTask(store: Store, taskDefinitionArn: string): boolean {
  for (const { task } of store.tasks.values()) {
    if (task.taskDefinitionArn === taskDefinitionArn && task.lastStatus !== 'STOPPED') return true;
  }
  return false;
}
