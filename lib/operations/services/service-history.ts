import { invalidParameter } from '../../errors.ts';
import { countByDeployment } from '../../model/service-counts.ts';
import { isOver } from '../../model/service-rollout.ts';
import type { ServiceDeployment, ServiceDeploymentRecord } from '../../model/service.ts';
import type { Store } from '../../store/store.ts';

type RevisionSummary = NonNullable<ServiceDeployment['targetServiceRevision']>;

/** "You can specify a maximum of 20 ARNs" (API_DescribeServiceDeployments.html, API_DescribeServiceRevisions.html). */
export function checkArns(member: string, arns: readonly string[] = []): ReadonlySet<string> {
  if (arns.length >= 1 && arns.length <= 20) return new Set(arns);
  throw invalidParameter(`${member} must have 1 to 20 ARNs, but has ${arns.length}.`);
}

/** A deployment as it is now: the counts of one that is over are those of its end ("service history", Developer Guide). */
export function serviceDeploymentOf(store: Store, record: ServiceDeploymentRecord): ServiceDeployment {
  const { serviceDeployment, serviceArn } = record;
  const service = store.services.get(serviceArn);
  if (!service || isOver(serviceDeployment)) return serviceDeployment;
  const counts = countByDeployment(store.tasks.ofService(serviceArn));
  const counted = (summary: RevisionSummary): RevisionSummary => {
    const deployment = service.deployments.find(({ revisionArn }) => revisionArn === summary.arn);
    const { runningCount = 0, pendingCount = 0 } = counts.get(deployment?.id ?? '') ?? {};
    return { ...summary, runningTaskCount: runningCount, pendingTaskCount: pendingCount };
  };
  const { targetServiceRevision: target, sourceServiceRevisions: sources = [] } = serviceDeployment;
  return {
    ...serviceDeployment,
    sourceServiceRevisions: sources.map(counted),
    ...(target && {
      targetServiceRevision: { ...counted(target), requestedTaskCount: service.settings.desiredCount },
    }),
  };
}
