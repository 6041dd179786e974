import { taskSetArn } from '../../model/arn.ts';
import type { RevisionPlan } from '../../model/service-revision.ts';
import type { ServiceRecord, TaskSetRecord } from '../../model/service.ts';
import type { Store } from '../../store/store.ts';
import { randomDigits } from '../../util/random-id.ts';
import { putRevision } from '../services/roll-out.ts';

type Given = Pick<TaskSetRecord, 'status' | 'scale' | 'tags' | 'inputDigest'> & Partial<TaskSetRecord>;

/** A task set of which nothing is in the store yet but what its tasks are made of. */
export function newTaskSet(
  store: Store,
  service: ServiceRecord,
  plan: RevisionPlan,
  given: Given,
  now: number,
): TaskSetRecord {
  const id = `ecs-svc/${randomDigits(19)}`;
  return {
    id,
    arn: taskSetArn(service, service.clusterName, service.name, id),
    revisionArn: putRevision(store, service, plan, now),
    createdAt: now,
    updatedAt: now,
    ...given,
  };
}

/** What a service with the deployment controller CODE_DEPLOY runs until CodeDeploy replaces it. */
export function putFirstTaskSet(store: Store, service: ServiceRecord, plan: RevisionPlan): void {
  const { createdAt, settings } = service;
  const { platformVersion } = settings;
  const given: Given = {
    status: 'PRIMARY',
    scale: 100,
    tags: [],
    inputDigest: '',
    startedBy: 'CODE_DEPLOY',
    ...(platformVersion !== undefined && { platformVersion }),
  };
  const taskSet = newTaskSet(store, service, plan, given, createdAt);
  store.services.put({ ...service, taskSets: [taskSet] });
}
