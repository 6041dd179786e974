import type { ContainerInstance } from '../model/container-instance.ts';
import type { Node } from '../model/node.ts';
import { type ServiceDraft, tell, tellOf } from '../model/service-draft.ts';
import { withFailures } from '../model/service-endings.ts';
import type { ServiceNews } from '../model/service-events.ts';
import type { ServiceRecord } from '../model/service.ts';
import type { AcceptedTasks, TaskBatch } from '../model/task-batch.ts';
import { withSetFailure } from '../model/task-set-progress.ts';
import type { Store } from '../store/store.ts';
import { messageOf } from '../util/message-of.ts';
import type { Clock } from './clock.ts';
import { daemonInstances, instancesOf, isDaemon, withoutTask } from './service-instances.ts';
import type { Start } from './service-step.ts';
import { serviceBatch } from './service-tasks.ts';
import { draftOf } from './service-view.ts';

/** What is started together is written together and told in one event; the others follow at once. */
const mostTogether = 100;

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly nodes: () => readonly Node[];
  readonly accept: (batch: TaskBatch) => Promise<AcceptedTasks>;
  readonly wakeTask: (taskArn: string) => void;
  /** The service's record was changed: it is to be looked at again. */
  readonly changed: (serviceArn: string) => void;
}

type StartTasks = (service: ServiceRecord, start: Start) => Promise<void>;

/** Starts tasks of a service and has it tell what came of that. It fails to be repeated. */
export function serviceStarter({ store, clock, nodes, accept, wakeTask, changed }: Parts): StartTasks {
  /** The records are read again: while something was awaited, an operation may have changed them. */
  function change(serviceArn: string, work: (draft: ServiceDraft) => ServiceDraft): void {
    const service = store.services.get(serviceArn);
    if (!service) return;
    const before = draftOf(store, service, clock.now());
    const after = work(before);
    store.services.put(after.service);
    if (after.history && after.history !== before.history) store.serviceDeployments.put(after.history);
    changed(serviceArn);
  }

  /** Where a DAEMON service's next tasks go; those of others are placed as the service says. */
  function placesOf(service: ServiceRecord): readonly ContainerInstance[] {
    if (!isDaemon(service)) return [];
    return withoutTask(store, service, daemonInstances(store, service, instancesOf(store, service, nodes())));
  }

  return async (service, start) => {
    const count = Math.min(start.count, mostTogether);
    try {
      const accepted = await accept(serviceBatch(store, service, start.of, count, placesOf(service)));
      change(service.arn, (draft) => afterStart(draft, accepted, start));
      for (const { arn } of accepted.records) wakeTask(arn);
    } catch (error) {
      change(service.arn, (draft) => tell(draft, { kind: 'launchFailed', error: messageOf(error) }));
      throw error;
    }
  };
}

function afterStart(
  draft: ServiceDraft,
  { records, failures }: AcceptedTasks,
  { of, isTaskSet, replacing }: Start,
): ServiceDraft {
  const taskSetId = isTaskSet ? of.id : undefined;
  const taskIds = records.map(({ id }) => id);
  const replacedUnhealthy = Math.min(replacing, taskIds.length);
  const told = taskIds.length > 0 ? tellOf(draft, taskSetId, { kind: 'started', taskIds, replacedUnhealthy }) : draft;
  const [refused] = failures;
  if (!refused) return told;
  const failed = tellOf(told, taskSetId, newsOf(refused));
  return isTaskSet ? withSetFailure(failed, of.id) : withFailures(failed, failures.length);
}

/** A placement that found no instance has a reason, and ports that are exhausted a sentence. */
const newsOf = ({ reason, detail }: AcceptedTasks['failures'][number]): ServiceNews =>
  detail === undefined ? { kind: 'noInstance', reason } : { kind: 'cannotPlace', reason: detail };
