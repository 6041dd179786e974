import { countByDeployment } from '../../model/service-counts.ts';
import { describeService } from '../../model/service-description.ts';
import type { Service, ServiceRecord } from '../../model/service.ts';
import type { Context } from '../operation.ts';

/** A service as it is now, without its tags. */
export const serviceOf = ({ store, now }: Pick<Context, 'store' | 'now'>, record: ServiceRecord): Service =>
  describeService(record, {
    now: now(),
    counts: countByDeployment(store.tasks.ofService(record.arn)),
    revisionOf: (arn) => store.serviceRevisions.get(arn)?.revision ?? {},
  });
