import { type ServiceNews, withEvent } from './service-events.ts';
import type { DeploymentRecord, ServiceDeployment, ServiceDeploymentRecord, ServiceRecord } from './service.ts';
import type { TaskRecord } from './task.ts';

/** A service, its tasks and the history's record of its PRIMARY deployment, while the scheduler works out what becomes of them. */
export interface ServiceDraft {
  readonly service: ServiceRecord;
  readonly tasks: readonly TaskRecord[];
  readonly history: ServiceDeploymentRecord | undefined;
  readonly now: number;
  /** Makes the id of an event. */
  readonly newId: () => string;
}

export function tell(draft: ServiceDraft, ...news: readonly ServiceNews[]): ServiceDraft {
  const { now, newId } = draft;
  const service = news.reduce((record, one) => withEvent(record, one, newId(), now), draft.service);
  return { ...draft, service };
}

/** News of a task set, or of the whole service where none is named. */
export function tellOf(draft: ServiceDraft, taskSetId: string | undefined, news: ServiceNews): ServiceDraft {
  const { service, now, newId } = draft;
  const name = taskSetId === undefined ? service.name : `${service.name}, taskSet ${taskSetId}`;
  return { ...draft, service: withEvent(service, news, newId(), now, name) };
}

export const primaryOf = ({ service }: ServiceDraft): DeploymentRecord | undefined => service.deployments[0];

export function changePrimary(
  draft: ServiceDraft,
  change: (deployment: DeploymentRecord) => Partial<DeploymentRecord>,
): ServiceDraft {
  const [primary, ...others] = draft.service.deployments;
  if (!primary) return draft;
  const changed = { ...primary, ...change(primary), updatedAt: draft.now };
  return { ...draft, service: { ...draft.service, deployments: [changed, ...others] } };
}

export function changeHistory(draft: ServiceDraft, change: Partial<ServiceDeployment>): ServiceDraft {
  const { history, now } = draft;
  if (!history) return draft;
  const serviceDeployment = { ...history.serviceDeployment, ...change, updatedAt: now };
  return { ...draft, history: { ...history, serviceDeployment } };
}

export function changeTasks(
  draft: ServiceDraft,
  arns: ReadonlySet<string>,
  change: (record: TaskRecord) => TaskRecord,
): ServiceDraft {
  return { ...draft, tasks: draft.tasks.map((record) => (arns.has(record.arn) ? change(record) : record)) };
}
