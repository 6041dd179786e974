import type { V1Pod } from '@kubernetes/client-node';
import type { TaskObservation } from '../runtime/task-runtime.ts';
import type { Log } from '../util/log.ts';
import { startPeriods } from './annotation-records.ts';
import { unhealthyFrom } from './container-status.ts';
import { goneObservation, mergeObservation } from './merge-observation.ts';
import { encodeName } from './names.ts';
import { podKey } from './pod-watcher.ts';
import { conditionedContainers, observePod } from './pod-status.ts';
import type { StartGates } from './start-gates.ts';

/** Turns what happens to Pods into observations of tasks, which never know less than the ones before. */
export interface TaskObserver {
  onPod(pod: V1Pod): void;
  onGone(key: string, pod?: V1Pod): void;
  /** KECS itself deletes the task's Pod. */
  stopAsked(taskArn: string): void;
  /** The API server knows no Pod of the task. */
  notFound(taskArn: string): void;
  close(): void;
}

interface Observed {
  readonly observation: TaskObservation;
  readonly recheck: NodeJS.Timeout | undefined;
}

export function createTaskObserver(
  listener: (observation: TaskObservation) => void,
  gates: Pick<StartGates, 'open'>,
  log: Log,
): TaskObserver {
  const observed = new Map<string, Observed>();
  const asked = new Set<string>();

  const deliver = (observation: TaskObservation) => {
    try {
      listener(observation);
    } catch (error) {
      log.error(error, `What Kubernetes said of ${observation.taskArn} could not be taken in.`);
    }
  };

  const observe = (pod: V1Pod): TaskObservation => {
    const earlier = observed.get(podKey(pod))?.observation;
    const merged = mergeObservation(earlier, observePod(pod, Date.now() / 1000));
    const surprising = earlier && !earlier.stopping && merged.stopping && !asked.has(merged.taskArn);
    return surprising ? withDeletion(merged) : merged;
  };

  const onPod = (pod: V1Pod): void => {
    const key = podKey(pod);
    const observation = observe(pod);
    const { mayStart, recheckAt } = conditionedContainers(pod, Date.now() / 1000);
    clearTimeout(observed.get(key)?.recheck);
    const next = Math.min(recheckAt, healthRecheckAt(pod, observation));
    observed.set(key, { observation, recheck: recheckLater(next, () => onPod(pod)) });
    gates.open(
      pod,
      mayStart.map((name) => encodeName(name)),
    );
    deliver(observation);
  };

  const onGone = (key: string, pod?: V1Pod): void => {
    const last = pod ? observe(pod) : observed.get(key)?.observation;
    clearTimeout(observed.get(key)?.recheck);
    observed.delete(key);
    if (!last) return;
    const expected = asked.delete(last.taskArn) || last.stopping;
    deliver(goneObservation(expected ? last : withDeletion(last)));
  };

  return {
    onPod,
    onGone,
    stopAsked: (taskArn) => void asked.add(taskArn),
    notFound: (taskArn) => {
      // A task that is still observed is about to be delivered as gone by the watch, with all that is known of it.
      if ([...observed.values()].some(({ observation }) => observation.taskArn === taskArn)) return;
      asked.delete(taskArn);
      deliver({ taskArn, present: false, ready: false, stopping: true, containers: [] });
    },
    close: () => observed.forEach(({ recheck }) => clearTimeout(recheck)),
  };
}

const withDeletion = (observation: TaskObservation): TaskObservation => ({
  failure: { stopCode: 'TerminationNotice', reason: 'The Pod of the task was deleted from Kubernetes, not by KECS.' },
  ...observation,
});

/** Time makes no event: the task is looked at again when something is due. */
function recheckLater(at: number, recheck: () => void): NodeJS.Timeout | undefined {
  return at === Infinity ? undefined : setTimeout(recheck, at * 1000 - Date.now() + 50).unref();
}

/** When the last try of a health check that has not succeeded yet is over. */
function healthRecheckAt(pod: V1Pod, { containers }: TaskObservation): number {
  if (!containers.some(({ health, state }) => health === 'UNKNOWN' && state === 'running')) return Infinity;
  const longest = Math.max(0, ...Object.values(startPeriods(pod.metadata)));
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const deadlines = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].flatMap((container) => {
    const status = statuses.find(({ name }) => name === container.name);
    return (status && unhealthyFrom(container, status, longest)) ?? [];
  });
  return Math.min(...deadlines.filter((deadline) => deadline > Date.now() / 1000));
}
