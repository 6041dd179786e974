import { countByDeployment } from '../../model/service-counts.ts';
import { describeService } from '../../model/service-description.ts';
import type { Service, ServiceRecord } from '../../model/service.ts';
import type { Store } from '../../store/store.ts';

/** A service as it is now, without its tags. */
export const serviceOf = (store: Store, record: ServiceRecord): Service =>
  describeService(record, {
    counts: countByDeployment(store.tasks.ofService(record.arn)),
    revisionOf: (arn) => store.serviceRevisions.get(arn)?.revision ?? {},
  });
