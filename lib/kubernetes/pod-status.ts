import type { V1Pod } from '@kubernetes/client-node';
import type { ContainerObservation, TaskObservation } from '../runtime/task-runtime.ts';
import { originalNames, restartRules, startConditions, startPeriods } from './annotation-records.ts';
import { observeContainer } from './container-status.ts';
import { annotations } from './labels.ts';
import { failureOf, unschedulable } from './pod-failure.ts';
import { decodeName } from './names.ts';
import { seconds } from './seconds.ts';
import { type ConditionedContainers, withStartConditions } from './start-conditions.ts';
import { withoutGates } from './start-gates.ts';

/** What a Pod, as the API server sends it in JSON, says of its task. `now` is in seconds since the epoch. */
export function observePod(seen: V1Pod, now: number): TaskObservation {
  const pod = withoutGates(seen);
  const { metadata = {}, spec, status = {} } = pod;
  const { containers } = conditionedContainers(pod, now);
  const failure = failureOf(pod);
  const { podIP, hostIP } = status;
  return {
    taskArn: metadata.annotations?.[annotations.taskArn] ?? '',
    present: true,
    ...(podIP && { address: podIP }),
    ...(spec?.nodeName && { node: { name: spec.nodeName, ...(hostIP && { address: hostIP }) } }),
    ready: isReady(pod, containers),
    stopping: metadata.deletionTimestamp !== undefined,
    ...pullTimes(pod, containers),
    ...(failure && { failure }),
    containers,
  };
}

/** The containers of a Pod, and which of them may start now. */
export function conditionedContainers(pod: V1Pod, now: number): ConditionedContainers {
  return withStartConditions(containersOf(withoutGates(pod), now), startConditions(pod.metadata), now);
}

function containersOf(pod: V1Pod, now: number): ContainerObservation[] {
  const { spec, status = {}, metadata = {} } = pod;
  const originals = originalNames(metadata);
  const periods = startPeriods(metadata);
  const rules = restartRules(metadata);
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const waitingFor = unschedulable(pod);
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map((container) => {
    const name = decodeName(container.name, originals);
    const own = statuses.find((candidate) => candidate.name === container.name);
    if (!own) return { name, state: 'waiting', ...(waitingFor && { reason: waitingFor }) };
    return observeContainer({
      name,
      container,
      status: own,
      startPeriod: periods[name] ?? 0,
      restartRule: rules[name],
      now,
    });
  });
}

/** Traffic is not held back by a health check: see `health-probes.ts`. */
function isReady({ spec, status, metadata }: V1Pod, containers: readonly ContainerObservation[]): boolean {
  const main = containers.slice(spec?.initContainers?.length ?? 0);
  return (
    Boolean(status?.podIP) &&
    metadata?.deletionTimestamp === undefined &&
    main.every(({ state }) => state !== 'waiting') &&
    main.some(({ state }) => state === 'running')
  );
}

/**
 * Images are pulled between the sandbox's being ready and the first container's start ("Pod Lifecycle", Pod conditions).
 */
function pullTimes({ status }: V1Pod, containers: readonly ContainerObservation[]) {
  const sandbox = status?.conditions?.find(({ type }) => type === 'PodReadyToStartContainers');
  const pullStartedAt = sandbox?.status === 'True' ? seconds(sandbox.lastTransitionTime) : undefined;
  const starts = containers.flatMap(({ startedAt }) => startedAt ?? []);
  if (pullStartedAt === undefined) return {};
  const pullStoppedAt = starts.length > 0 ? Math.min(...starts) : undefined;
  if (pullStoppedAt !== undefined && pullStoppedAt < pullStartedAt) return {};
  return { pullStartedAt, ...(pullStoppedAt !== undefined && { pullStoppedAt }) };
}
