import { randomUUID } from 'node:crypto';
import type { ContainerInstance } from '../model/container-instance.ts';
import type { Node } from '../model/node.ts';
import { type ServiceDraft, tell, tellOf } from '../model/service-draft.ts';
import { withFailures } from '../model/service-endings.ts';
import type { ServiceNews } from '../model/service-events.ts';
import { progressService } from '../model/service-progress.ts';
import type { TaskRules } from '../model/service-task.ts';
import { type ServiceRecord, serviceArnOf } from '../model/service.ts';
import type { AcceptedTasks, TaskBatch } from '../model/task-batch.ts';
import type { TaskRecord } from '../model/task.ts';
import { progressTaskSets, withSetFailure } from '../model/task-set-progress.ts';
import { forgetService } from '../store/service-lookups.ts';
import type { Store } from '../store/store.ts';
import { forgetIfUnused } from '../store/task-definition-removal.ts';
import type { Log } from '../util/log.ts';
import type { Clock } from './clock.ts';
import { daemonInstances, instancesOf, leaving, withoutTask } from './service-instances.ts';
import { type Deployed, hasHealthCheck, serviceBatch } from './service-tasks.ts';
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
  const { store, log, clock, nodes, accept, wakeTask } = options;
  const queue = new WorkQueue({
    clock,
    work: reconcile,
    failed: (key, error, ms) => log.error(error, `The work on service ${key} failed and is repeated in ${ms} ms.`),
  });
  const wakeTimes = new WakeTimes(clock, (serviceArn) => queue.add(serviceArn));
  const gathering = new WakeTimes(clock, (serviceArn) => queue.add(serviceArn));

  async function reconcile(serviceArn: string): Promise<void> {
    const service = store.services.get(serviceArn);
    if (!service) return wakeTimes.set(serviceArn, undefined);
    if (service.status === 'INACTIVE') forget(service);
    else await advance(service);
    await store.commit();
  }

  async function advance(record: ServiceRecord): Promise<void> {
    const instances = instancesOf(store, record, nodes());
    const service = withDaemonCount(record, instances);
    const before = draftOf(service);
    const { draft, starts, wakeAt } = stepOf(before, rulesOf(service, instances));
    wakeTimes.set(service.arn, wakeAt);
    await put(before, draft);
    for (const start of starts) await startTasks(draft.service, start);
    if (draft.service.status === 'INACTIVE') queue.add(service.arn);
  }

  function stepOf(
    before: ServiceDraft,
    rules: TaskRules,
  ): { draft: ServiceDraft; starts: readonly Start[]; wakeAt?: number } {
    const { service } = before;
    if (service.taskSets && service.status === 'ACTIVE') {
      const { starts, ...step } = progressTaskSets(before, rules);
      return { ...step, starts: starts.map(({ taskSet, ...start }) => ({ ...start, of: taskSet, isTaskSet: true })) };
    }
    const { start, replacing, ...step } = progressService(before, rules);
    const [primary] = step.draft.service.deployments;
    return {
      ...step,
      starts: start > 0 && primary ? [{ of: primary, isTaskSet: false, count: start, replacing }] : [],
    };
  }

  /** Until nodes are known, a DAEMON service stays as it is. */
  function withDaemonCount(service: ServiceRecord, instances: readonly ContainerInstance[]): ServiceRecord {
    const { settings, status } = service;
    if (!isDaemon(service) || status !== 'ACTIVE' || instances.length === 0) return service;
    const desiredCount = daemonInstances(store, service, instances).length;
    return desiredCount === settings.desiredCount ? service : { ...service, settings: { ...settings, desiredCount } };
  }

  /** Where a DAEMON service's next tasks go. */
  function daemonPlaces(service: ServiceRecord): readonly ContainerInstance[] {
    if (!isDaemon(service)) return [];
    return withoutTask(store, service, daemonInstances(store, service, instancesOf(store, service, nodes())));
  }

  function draftOf(service: ServiceRecord): ServiceDraft {
    const [primary] = service.deployments;
    return {
      service,
      tasks: [...store.tasks.ofService(service.arn)],
      history: store.serviceDeployments.get(primary?.serviceDeploymentArn ?? ''),
      now: clock.now(),
      newId: randomUUID,
    };
  }

  function rulesOf(
    { deployments, taskSets = [], settings }: ServiceRecord,
    instances: readonly ContainerInstance[],
  ): TaskRules {
    const checked = new Set(
      [...deployments, ...taskSets].filter((one) => hasHealthCheck(store, one)).map(({ id }) => id),
    );
    return {
      hasHealthCheck: (id) => checked.has(id),
      graceSeconds: settings.healthCheckGracePeriodSeconds ?? 0,
      isLeft: leaving(instances),
    };
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

  async function startTasks(service: ServiceRecord, start: Start): Promise<void> {
    try {
      const batch = serviceBatch(store, service, start.of, start.count, daemonPlaces(service));
      const { records, failures } = await accept(batch);
      change(service.arn, (draft) => afterStart(draft, records, failures, start));
      for (const { arn } of records) wakeTask(arn);
    } catch (error) {
      change(service.arn, (draft) => tell(draft, { kind: 'launchFailed', error: messageOf(error) }));
      throw error;
    }
  }

  function afterStart(
    draft: ServiceDraft,
    records: AcceptedTasks['records'],
    failures: AcceptedTasks['failures'],
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

  /** The records are read again: while something was awaited, an operation may have changed them. */
  function change(serviceArn: string, work: (draft: ServiceDraft) => ServiceDraft): void {
    const service = store.services.get(serviceArn);
    if (!service) return;
    const before = draftOf(service);
    const after = work(before);
    store.services.put(after.service);
    if (after.history && after.history !== before.history) store.serviceDeployments.put(after.history);
    queue.add(serviceArn);
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

/** Tasks that are to be started for the PRIMARY deployment or for a task set. */
interface Start {
  readonly of: Deployed;
  readonly isTaskSet: boolean;
  readonly count: number;
  /** How many of them replace unhealthy ones. */
  readonly replacing: number;
}

const deployedOf = ({ service: { deployments, taskSets = [] } }: ServiceDraft): readonly Deployed[] => [
  ...deployments,
  ...taskSets,
];

/** A placement that found no instance has a reason, and ports that are exhausted a sentence. */
const newsOf = ({ reason, detail }: AcceptedTasks['failures'][number]): ServiceNews =>
  detail === undefined ? { kind: 'noInstance', reason } : { kind: 'cannotPlace', reason: detail };

const isDaemon = ({ settings }: ServiceRecord): boolean => settings.schedulingStrategy === 'DAEMON';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
