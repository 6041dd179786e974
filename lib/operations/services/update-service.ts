import { AwsError, clientException } from '../../errors.ts';
import { checkControllerAllows } from '../../model/service-controller-rules.ts';
import { type ServiceWish, planService, planSettings } from '../../model/service-plan.ts';
import { mustRollOut, updatedWish } from '../../model/service-update.ts';
import type { ServiceRecord, ServiceRevision } from '../../model/service.ts';
import type { TaskDefinitionRecord } from '../../model/task-definition.ts';
import type { ClusterRecord } from '../../model/cluster.ts';
import { findCluster } from '../../store/lookups.ts';
import { currentRevision, findService } from '../../store/service-lookups.ts';
import type { Context, Input, Operation } from '../operation.ts';
import { rollOut } from './roll-out.ts';
import { serviceOf } from './service-answer.ts';
import { findDefinitionToRun } from './service-definition.ts';

export const updateService: Operation<'UpdateService'> = async (
  { cluster: reference, service: name, ...update },
  context,
) => {
  const { store, scheduler } = context;
  const cluster = findCluster(store, context, reference);
  const service = findService(store, cluster, name ?? '');
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  const updated = apply(update, service, cluster, context);
  await store.commit();
  scheduler.wakeService(updated.arn);
  return { service: serviceOf(context, store.services.get(updated.arn) ?? updated) };
};

type Update = Omit<Input<'UpdateService'>, 'cluster' | 'service'>;

function apply(update: Update, service: ServiceRecord, cluster: ClusterRecord, context: Context): ServiceRecord {
  const { store, config, now } = context;
  checkControllerAllows(update, service.settings.deploymentController ?? {});
  const revision = currentRevision(store, service)?.revision ?? {};
  const wish = updatedWish(service, revision, update);
  if (service.taskSets) return applySettings(wish, service, context);
  const definition = definitionOf(update, revision, context);
  const { settings, revision: plan } = planService(wish, { cluster, definition, strict: config.strict });
  const { schedulingStrategy, desiredCount } = service.settings;
  const next = { ...service, settings: schedulingStrategy === 'DAEMON' ? { ...settings, desiredCount } : settings };
  if (mustRollOut(update, plan.content, revision)) return rollOut(store, next, plan, now());
  store.services.put(next);
  return next;
}

/** What a service with task sets runs stays as it is; its task sets are scaled with it. */
function applySettings(wish: ServiceWish, service: ServiceRecord, { store }: Context): ServiceRecord {
  const next = { ...service, settings: { ...service.settings, ...planSettings(wish) } };
  store.services.put(next);
  return next;
}

/** A service keeps running a revision that was deregistered meanwhile, and may be scaled and deployed anew with it. */
function definitionOf(
  update: Update,
  { taskDefinition = '' }: ServiceRevision,
  context: Context,
): TaskDefinitionRecord {
  if (update.taskDefinition !== undefined) return findDefinitionToRun(update.taskDefinition, context);
  const record = context.store.taskDefinitions.get(taskDefinition);
  if (!record) throw clientException('TaskDefinition not found.');
  return record;
}
