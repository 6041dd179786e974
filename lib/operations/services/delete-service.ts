import { invalidParameter } from '../../errors.ts';
import type { ServiceRecord } from '../../model/service.ts';
import { findCluster } from '../../store/lookups.ts';
import { findService } from '../../store/service-lookups.ts';
import type { Operation } from '../operation.ts';
import { serviceOf } from './service-answer.ts';

export const deleteService: Operation<'DeleteService'> = async (input, context) => {
  const { store, scheduler } = context;
  const cluster = findCluster(store, context, input.cluster);
  const service = findService(store, cluster, input.service ?? '');
  if (service.status === 'ACTIVE') {
    checkScaledDown(service, input.force ?? false);
    const taskSets = service.taskSets?.map((taskSet) => ({ ...taskSet, status: 'DRAINING' as const }));
    // "When you delete a service … the service status moves from ACTIVE to DRAINING" (API_DeleteService.html).
    store.services.put({
      ...service,
      status: 'DRAINING',
      settings: { ...service.settings, desiredCount: 0 },
      ...(taskSets && { taskSets }),
    });
  }
  await store.commit();
  if (service.status === 'ACTIVE') scheduler.wakeService(service.arn);
  return { service: serviceOf(context, store.services.get(service.arn) ?? service) };
};

/** "It's only necessary to use [force] if the service uses the REPLICA scheduling strategy" (API_DeleteService.html). */
function checkScaledDown({ settings, taskSets = [] }: ServiceRecord, force: boolean): void {
  if (force) return;
  // Text: hashicorp/terraform-provider-aws waits while it is answered (internal/service/ecs/service.go).
  if (taskSets.length > 0) throw invalidParameter('The service cannot be stopped while deployments are active.');
  if (settings.schedulingStrategy === 'DAEMON' || settings.desiredCount === 0) return;
  // Text: getmoto/moto (moto/ecs/models.py).
  throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
}
