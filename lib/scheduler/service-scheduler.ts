import type { Node } from '../model/node.ts';
import type { ServiceDraft } from '../model/service-draft.ts';
import { type ServiceRecord, serviceArnOf } from '../model/service.ts';
import type { AcceptedTasks, TaskBatch } from '../model/task-batch.ts';
import type { TaskRecord } from '../model/task.ts';
import { forgetService } from '../store/service-lookups.ts';
import type { Store } from '../store/store.ts';
import { forgetIfUnused } from '../store/task-definition-removal.ts';
import type { Log } from '../util/log.ts';
import type { Clock } from './clock.ts';
import { instancesOf } from './service-instances.ts';
import { serviceStarter } from './service-starter.ts';
import { stepOf } from './service-step.ts';
import type { Deployed } from './service-tasks.ts';
import { draftOf, rulesOf, withDaemonCount } from './service-view.ts';
import { WakeTimes } from './wake-times.ts';
import { WorkQueue } from './work-queue.ts';

/** INACTIVE services "may be cleaned up and purged from Amazon ECS record keeping" (API reference, DeleteService). */
const keptAfterEndSeconds = 3600;

/** Tasks that move together are looked at together. */
const gatherSeconds = 0.1;

export interface ServiceSchedulerOptions {
  readonly store: Store;
  readonly log: Log;
  readonly clock: Clock;
  /** Of Kubernetes as they are now; none while it is not connected. */
  readonly nodes: () => readonly Node[];
  readonly accept: (batch: TaskBatch) => Promise<AcceptedTasks>;
  readonly wakeTask: (taskArn: string) => void;
}

/** Keeps as many tasks of each service as are wanted, of the revision that is wanted. It polls nothing: what moves wakes it. */
export interface ServiceScheduler {
  wake(serviceArn: string): void;
  taskMoved(record: TaskRecord): void;
  /** Nodes have come, gone or changed: DAEMON services follow them. */
  nodesMoved(): void;
  /** Looks at every service once. What was woken before has waited for it. */
  start(): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

export function createServiceScheduler(options: ServiceSchedulerOptions): ServiceScheduler {
  const { store, log, clock, nodes, wakeTask } = options;
  const queue = new WorkQueue({
    clock,
    work: reconcile,
    failed: (key, error, ms) => log.error(error, `The work on service ${key} failed and is repeated in ${ms} ms.`),
  });
  const wakeTimes = new WakeTimes(clock, (serviceArn) => queue.add(serviceArn));
  const gathering = new WakeTimes(clock, (serviceArn) => queue.add(serviceArn));
  const startTasks = serviceStarter({ ...options, changed: (serviceArn) => queue.add(serviceArn) });

  async function reconcile(serviceArn: string): Promise<void> {
    const service = store.services.get(serviceArn);
    if (!service) return wakeTimes.set(serviceArn, undefined);
    if (service.status === 'INACTIVE') forget(service);
    else await advance(service);
    await store.commit();
  }

  async function advance(record: ServiceRecord): Promise<void> {
    const instances = instancesOf(store, record, nodes());
    const service = withDaemonCount(store, record, instances);
    const before = draftOf(store, service, clock.now());
    const { draft, starts, wakeAt } = stepOf(before, rulesOf(store, service, instances));
    wakeTimes.set(service.arn, wakeAt);
    await put(before, draft);
    for (const start of starts) await startTasks(draft.service, start);
    if (draft.service.status === 'INACTIVE') queue.add(service.arn);
  }

  /** What is to stop is on disk before it is stopped. */
  async function put(before: ServiceDraft, after: ServiceDraft): Promise<void> {
    if (after.service !== store.services.get(after.service.arn)) store.services.put(after.service);
    if (after.history && after.history !== before.history) store.serviceDeployments.put(after.history);
    for (const { revisionArn } of deployedOf(before)) forgetDefinition(revisionArn);
    const moved = after.tasks.filter((record, i) => record !== before.tasks[i]);
    for (const record of moved) store.tasks.put(record);
    const stops = moved.filter((record) => record.task.stopCode === 'ServiceSchedulerInitiated');
    if (stops.length === 0) return;
    await store.commit();
    for (const { arn } of stops) wakeTask(arn);
  }

  /** Of a deployment that may be over: its task definition may have been deleted meanwhile. */
  function forgetDefinition(revisionArn: string): void {
    forgetIfUnused(store, store.serviceRevisions.get(revisionArn)?.revision.taskDefinition ?? '');
  }

  function forget(service: ServiceRecord): void {
    const due = (service.inactiveSince ?? clock.now()) + keptAfterEndSeconds;
    if (due <= clock.now()) forgetService(store, service);
    wakeTimes.set(service.arn, due <= clock.now() ? undefined : due);
  }

  return {
    wake: (serviceArn) => queue.addForRequest(serviceArn),
    taskMoved: (record) => {
      const serviceArn = serviceArnOf(record);
      if (serviceArn === undefined || gathering.has(serviceArn)) return;
      gathering.set(serviceArn, clock.now() + gatherSeconds);
    },
    nodesMoved: () => {
      for (const { arn, status } of store.services.values()) if (status !== 'INACTIVE') queue.add(arn);
    },
    start: () => {
      for (const { arn } of store.services.values()) queue.add(arn);
      queue.start();
    },
    stop: async () => {
      wakeTimes.clear();
      gathering.clear();
      await queue.stop();
    },
  };
}

const deployedOf = ({ service: { deployments, taskSets = [] } }: ServiceDraft): readonly Deployed[] => [
  ...deployments,
  ...taskSets,
];
