import { clusterArn, parseArn } from '../../model/arn.ts';
import type { ServiceDeployment } from '../../model/service.ts';
import { findCluster } from '../../store/lookups.ts';
import { findService, historyOf } from '../../store/service-lookups.ts';
import { present } from '../../util/present.ts';
import type { Context, Input, Operation, Output } from '../operation.ts';
import { page } from '../paging.ts';

type Brief = NonNullable<Output<'ListServiceDeployments'>['serviceDeployments']>[number];

export const listServiceDeployments: Operation<'ListServiceDeployments'> = async (input, context) => {
  const { store } = context;
  const cluster = findCluster(store, context, input.cluster ?? clusterInArn(input.service, context));
  const { arn } = findService(store, cluster, input.service ?? '');
  const found = historyOf(store, arn).filter(({ serviceDeployment }) => isAskedFor(serviceDeployment, input));
  // "If this parameter isn't used, then ListServiceDeployments returns up to 20 results" (API_ListServiceDeployments.html).
  const { items, nextToken } = page(found, input, (record) => record.arn, { usual: 20 });
  await store.commit();
  return {
    serviceDeployments: items.map(({ serviceDeployment }) => briefOf(serviceDeployment)),
    ...(nextToken !== undefined && { nextToken }),
  };
};

/** A service's ARN names its cluster: the AWS CLI's example of this operation names no other. */
function clusterInArn(service: string | undefined, context: Context): string | undefined {
  const [, cluster, name] = parseArn(service ?? '')?.resource.split('/') ?? [];
  return cluster !== undefined && name !== undefined ? clusterArn(context, cluster) : undefined;
}

function isAskedFor(deployment: ServiceDeployment, { status, createdAt }: Input<'ListServiceDeployments'>): boolean {
  const { before = Infinity, after = -Infinity } = createdAt ?? {};
  const { createdAt: at = 0, status: its } = deployment;
  return at < before && at > after && (!status?.length || status.some((one) => one === its));
}

const briefOf = (deployment: ServiceDeployment): Brief =>
  present({
    serviceDeploymentArn: deployment.serviceDeploymentArn,
    serviceArn: deployment.serviceArn,
    clusterArn: deployment.clusterArn,
    startedAt: deployment.startedAt,
    createdAt: deployment.createdAt,
    finishedAt: deployment.finishedAt,
    targetServiceRevisionArn: deployment.targetServiceRevision?.arn,
    status: deployment.status,
    statusReason: deployment.statusReason,
  });
