import { randomUUID } from 'node:crypto';
import type { ContainerInstance } from '../model/container-instance.ts';
import type { ServiceDraft } from '../model/service-draft.ts';
import type { TaskRules } from '../model/service-task.ts';
import type { ServiceRecord } from '../model/service.ts';
import type { Store } from '../store/store.ts';
import { daemonInstances, isDaemon, leaving } from './service-instances.ts';
import { hasHealthCheck } from './service-tasks.ts';

/** A service and its tasks as they are now, to be worked on. */
export function draftOf(store: Store, service: ServiceRecord, now: number): ServiceDraft {
  const [primary] = service.deployments;
  return {
    service,
    tasks: [...store.tasks.ofService(service.arn)],
    history: store.serviceDeployments.get(primary?.serviceDeploymentArn ?? ''),
    now,
    newId: randomUUID,
  };
}

export function rulesOf(
  store: Store,
  { deployments, taskSets = [], settings }: ServiceRecord,
  instances: readonly ContainerInstance[],
): TaskRules {
  const checked = [...deployments, ...taskSets].filter((one) => hasHealthCheck(store, one));
  const ids = new Set(checked.map(({ id }) => id));
  return {
    hasHealthCheck: (id) => ids.has(id),
    graceSeconds: settings.healthCheckGracePeriodSeconds ?? 0,
    isLeft: leaving(instances),
  };
}

/** As many tasks are desired of a DAEMON service as there are instances for them. Until nodes are known it stays as it is. */
export function withDaemonCount(
  store: Store,
  service: ServiceRecord,
  instances: readonly ContainerInstance[],
): ServiceRecord {
  const { settings, status } = service;
  if (!isDaemon(service) || status !== 'ACTIVE' || instances.length === 0) return service;
  const desiredCount = daemonInstances(store, service, instances).length;
  return desiredCount === settings.desiredCount ? service : { ...service, settings: { ...settings, desiredCount } };
}
