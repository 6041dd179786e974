import { invalidParameter } from '../../errors.ts';
import { rootOf } from '../../model/account-setting.ts';
import { serviceArn } from '../../model/arn.ts';
import type { ClusterRecord } from '../../model/cluster.ts';
import { checkLoadBalanced } from '../../model/service-controller-rules.ts';
import { type ServicePlan, planService, planSettings } from '../../model/service-plan.ts';
import type { ServiceRecord } from '../../model/service.ts';
import { findCluster } from '../../store/lookups.ts';
import { forgetService } from '../../store/service-lookups.ts';
import { inputDigestWithoutTags } from '../input-digest.ts';
import type { Context, Input, Operation } from '../operation.ts';
import { checkTags } from '../tag-rules.ts';
import { putFirstTaskSet } from '../task-sets/new-task-set.ts';
import { rollOut } from './roll-out.ts';
import { serviceOf } from './service-answer.ts';
import { findDefinitionToRun } from './service-definition.ts';

export const createService: Operation<'CreateService'> = async (input, context) => {
  const { store, scheduler } = context;
  const cluster = findCluster(store, context, input.cluster);
  checkNames(input);
  const plan = planFor(input, cluster, context);
  checkTags(input.tags);
  const record = newService(input, cluster, plan, context);
  const existing = existingService(record, context);
  if (!existing) put(record, plan, context);
  // A repeated call waits as well: the one before it may not be on disk yet.
  await store.commit();
  if (!existing) scheduler.wakeService(record.arn);
  const service = store.services.get(record.arn) ?? record;
  return { service: { ...serviceOf(context, service), tags: [...service.tags] } };
};

/** "A task definition must be specified if the service uses either the ECS or CODE_DEPLOY deployment controllers" (API_CreateService.html). */
function planFor(input: Input<'CreateService'>, cluster: ClusterRecord, context: Context): ServicePlan {
  if (input.deploymentController?.type === 'EXTERNAL') return { settings: planSettings(input) };
  const definition = findDefinitionToRun(input.taskDefinition, context);
  checkLoadBalanced(input);
  return planService(input, { cluster, definition, strict: context.config.strict });
}

/** ECS deploys the service itself, or it has task sets: CodeDeploy finds the first one made, with all tasks. */
function put(record: ServiceRecord, { revision, settings }: ServicePlan, { store }: Context): void {
  const type = settings.deploymentController?.type;
  if (type === 'ECS' && revision) rollOut(store, record, revision, record.createdAt);
  else store.services.put({ ...record, taskSets: [] });
  if (type === 'CODE_DEPLOY' && revision) putFirstTaskSet(store, record, revision);
}

/** The limits that API_CreateService.html gives; the text on the token is AWS's. */
function checkNames({ serviceName = '', clientToken = '' }: Input<'CreateService'>): void {
  if (!/^[\w-]{1,255}$/.test(serviceName)) {
    throw invalidParameter(
      `A service name has 1 to 255 letters, numbers, underscores and hyphens, but was '${serviceName}'.`,
    );
  }
  if (clientToken.length > 36) throw invalidParameter('idempotency token longer than 36.');
}

function newService(
  input: Input<'CreateService'>,
  cluster: ClusterRecord,
  { settings }: ServicePlan,
  { account, region, now }: Context,
): ServiceRecord {
  const { serviceName: name = '', tags = [], clientToken } = input;
  return {
    arn: serviceArn({ account, region }, cluster.name, name),
    name,
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    region,
    account,
    status: 'ACTIVE',
    settings,
    deployments: [],
    events: [],
    tags,
    createdAt: now(),
    createdBy: rootOf({ account, region }),
    inputDigest: inputDigestWithoutTags(input),
    ...(clientToken !== undefined && { clientToken }),
  };
}

/** A repeated call finds the service that the first one made. A name is free again once its service is INACTIVE. */
function existingService(record: ServiceRecord, { store }: Context): ServiceRecord | undefined {
  const existing = store.services.get(record.arn);
  if (existing?.status === 'DRAINING') throw invalidParameter('Unable to Start a service that is still Draining.');
  if (existing?.status === 'ACTIVE') {
    const isRepeated = record.clientToken !== undefined && record.clientToken === existing.clientToken;
    if (isRepeated && record.inputDigest === existing.inputDigest) return existing;
    // Text: hashicorp/terraform-provider-aws#23462.
    throw invalidParameter('Creation of service was not idempotent.');
  }
  if (existing) forgetService(store, existing);
  return undefined;
}
