import { serviceRevisionArn } from '../../model/arn.ts';
import { countByDeployment } from '../../model/service-counts.ts';
import type { RevisionPlan } from '../../model/service-revision.ts';
import { newServiceDeployment, superseded, withRollout } from '../../model/service-rollout.ts';
import type { ServiceDeployment, ServiceRecord } from '../../model/service.ts';
import type { Store } from '../../store/store.ts';
import { randomDigits, randomName } from '../../util/random-id.ts';

type Sources = NonNullable<ServiceDeployment['sourceServiceRevisions']>;

/** Puts a new revision of the service and the deployment that is to roll it out, which takes the place of one under way. */
export function rollOut(store: Store, service: ServiceRecord, plan: RevisionPlan, now: number): ServiceRecord {
  for (const { serviceDeploymentArn } of service.deployments) {
    const before = store.serviceDeployments.get(serviceDeploymentArn);
    if (before) store.serviceDeployments.put(superseded(before, now));
  }
  const revisionArn = putRevision(store, service, plan, now);
  const deployment = newServiceDeployment(service, randomName(21), revisionArn, sourcesOf(store, service), now);
  store.serviceDeployments.put(deployment);
  const rollout = { revisionArn, serviceDeploymentArn: deployment.arn, number: randomDigits(19) };
  const next = withRollout(service, rollout, now);
  store.services.put(next);
  return next;
}

/** What tasks of a deployment or a task set are made of. Answers the ARN. */
export function putRevision(
  store: Store,
  service: ServiceRecord,
  { content, launch }: RevisionPlan,
  now: number,
): string {
  const arn = serviceRevisionArn(service, service.clusterName, service.name, randomDigits(19));
  store.serviceRevisions.put({
    arn,
    serviceArn: service.arn,
    launch,
    revision: {
      serviceRevisionArn: arn,
      serviceArn: service.arn,
      clusterArn: service.clusterArn,
      ...content,
      createdAt: now,
    },
  });
  return arn;
}

/** "The currently deployed workload configuration" (API_ServiceDeployment.html): what has tasks when the rollout begins. */
function sourcesOf(store: Store, { arn, deployments, settings }: ServiceRecord): Sources {
  const counts = countByDeployment(store.tasks.ofService(arn));
  return deployments.map(({ id, revisionArn, status }) => {
    const { runningCount: runningTaskCount, pendingCount: pendingTaskCount } = counts.get(id) ?? {
      runningCount: 0,
      pendingCount: 0,
    };
    const requestedTaskCount = status === 'PRIMARY' ? settings.desiredCount : runningTaskCount + pendingTaskCount;
    return { arn: revisionArn, requestedTaskCount, runningTaskCount, pendingTaskCount };
  });
}
