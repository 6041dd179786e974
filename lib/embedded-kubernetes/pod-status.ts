import type { ContainerStatus, Pod, PodCondition, PodPhase, PodStatus } from './pod.ts';

export interface PodProgress {
  readonly containers: readonly ContainerStatus[];
  readonly initContainers: readonly ContainerStatus[];
  /** Names of the init containers that run beside the others. */
  readonly sidecars: ReadonlySet<string>;
  readonly podIP: string | undefined;
  readonly hostIP: string;
  /** Why it can never run, whatever its containers are. */
  readonly failure: PodFailure | undefined;
  readonly startTime: string;
  readonly now: string;
}

export interface PodFailure {
  readonly reason: string;
  readonly message: string;
}

/** The status a kubelet writes: phase and conditions follow from its containers. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ */
export function podStatus(pod: Pod, progress: PodProgress): PodStatus {
  const { containers, initContainers, podIP, hostIP, startTime } = progress;
  const phase = progress.failure ? 'Failed' : phaseOf(pod, progress);
  const observedGeneration = pod.metadata.generation ?? 1;
  return {
    observedGeneration,
    phase,
    conditions: [
      ...conditionsOf(phase, progress).map((condition) => ({
        type: condition.type,
        observedGeneration,
        status: condition.status,
        lastProbeTime: null,
        lastTransitionTime: transitionTime(pod, condition, progress.now),
        ...(condition.reason && { reason: condition.reason }),
        ...(condition.message && { message: condition.message }),
      })),
      ...conditionsOfOthers(pod),
    ],
    ...progress.failure,
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(podIP && { podIP, podIPs: [{ ip: podIP }] }),
    startTime,
    ...(initContainers.length > 0 && { initContainerStatuses: initContainers }),
    containerStatuses: containers,
    qosClass: pod.status?.['qosClass'],
  };
}

/** Such as that of an eviction: a kubelet leaves alone what it does not write (pkg/kubelet/types/pod_status.go). */
const conditionsOfOthers = ({ status }: Pod): PodCondition[] =>
  (status?.conditions ?? []).filter(({ type }) => type === 'DisruptionTarget');

function phaseOf(pod: Pod, { containers, initContainers, sidecars }: PodProgress): PodPhase {
  const never = pod.spec.restartPolicy === 'Never';
  const initial = initContainers.filter(({ name }) => !sidecars.has(name));
  if (never && initial.some(({ state }) => (state.terminated?.exitCode ?? 0) !== 0)) return 'Failed';
  const ended = containers.map(({ state }) => state.terminated);
  const isFinal = pod.metadata.deletionTimestamp !== undefined || pod.spec.restartPolicy !== 'Always';
  if (isFinal && ended.every((state) => state !== undefined)) {
    if (ended.every((state) => state?.exitCode === 0)) return 'Succeeded';
    if (never || pod.metadata.deletionTimestamp) return 'Failed';
  }
  if (initial.some(({ state }) => state.terminated?.exitCode !== 0)) return 'Pending';
  const neverRan = containers.filter(({ state, lastState }) => state.waiting && !lastState.terminated);
  return neverRan.length > 0 ? 'Pending' : 'Running';
}

type Condition = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>;

function conditionsOf(phase: PodPhase, progress: PodProgress): Condition[] {
  const { containers, initContainers, sidecars, podIP } = progress;
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const over = { reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' };
  const pending = initContainers.filter((one) =>
    sidecars.has(one.name) ? !one.started : one.state.terminated?.exitCode !== 0,
  );
  const beside = initContainers.filter(({ name }) => sidecars.has(name));
  const unready = [...beside, ...containers].filter(({ ready }) => !ready);
  const initialized: Condition =
    pending.length > 0 && !(isOver && phase === 'Succeeded')
      ? {
          type: 'Initialized',
          status: 'False',
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: ${names(pending)}`,
        }
      : { type: 'Initialized', status: 'True', ...(phase === 'Succeeded' && over) };
  const readiness = isOver
    ? ({ status: 'False', ...over } as const)
    : unready.length > 0
      ? ({
          status: 'False',
          reason: 'ContainersNotReady',
          message: `containers with unready status: ${names(unready)}`,
        } as const)
      : ({ status: 'True' } as const);
  return [
    { type: 'PodReadyToStartContainers', status: podIP && !isOver ? 'True' : 'False' },
    initialized,
    { type: 'Ready', ...readiness },
    { type: 'ContainersReady', ...readiness },
    { type: 'PodScheduled', status: 'True' },
  ];
}

function names(containers: readonly ContainerStatus[]): string {
  return `[${containers.map(({ name }) => name).join(' ')}]`;
}

function transitionTime(pod: Pod, condition: Condition, now: string): string {
  const before = pod.status?.conditions?.find(({ type }) => type === condition.type);
  return before?.status === condition.status ? before.lastTransitionTime : now;
}
