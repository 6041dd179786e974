import type { V1Container, V1ContainerStateTerminated, V1ContainerStatus } from '@kubernetes/client-node';
import type { ContainerObservation } from '../runtime/task-runtime.ts';
import { startError } from './pod-failure.ts';
import type { RestartRule } from './restart-plan.ts';
import { seconds } from './seconds.ts';

export interface ContainerFacts {
  /** The ECS name. */
  readonly name: string;
  readonly container: V1Container;
  readonly status: V1ContainerStatus;
  readonly startPeriod: number;
  /** Absent: its first exit is its end. */
  readonly restartRule?: RestartRule | undefined;
  readonly now: number;
}

export function observeContainer(facts: ContainerFacts): ContainerObservation {
  const { name, status } = facts;
  const { running, waiting } = status.state ?? {};
  // A container beside the others is restarted by Kubernetes; for ECS it has stopped at its first end, unless its rule says otherwise.
  const exited = status.state?.terminated ?? status.lastState?.terminated;
  const restarted = exited && isRestart(exited, facts.restartRule);
  const ended = restarted ? undefined : exited;
  const startedAt = seconds(ended?.startedAt ?? running?.startedAt ?? exited?.startedAt);
  const health = healthOf(facts);
  const reason = ended ? endReason(ended) : waiting && startError(waiting);
  return {
    name,
    state: stateOf(ended, running ?? (restarted ? exited : undefined)),
    ...(ended && { exitCode: ended.exitCode }),
    ...(reason && { reason }),
    ...(startedAt && { startedAt }),
    ...finishOf(ended),
    ...identityOf(status),
    ...(health && { health }),
  };
}

/** ECS shows a container that is restarted as running throughout. */
function isRestart(
  { exitCode, startedAt, finishedAt }: V1ContainerStateTerminated,
  rule: RestartRule | undefined,
): boolean {
  const ran = (seconds(finishedAt) ?? 0) - (seconds(startedAt) ?? Infinity);
  return rule !== undefined && !rule.ignored.includes(exitCode) && ran >= rule.period;
}

function stateOf(ended: object | undefined, running: object | undefined): ContainerObservation['state'] {
  if (ended) return 'stopped';
  return running ? 'running' : 'waiting';
}

function finishOf(ended: V1ContainerStateTerminated | undefined): { finishedAt?: number } {
  const finishedAt = seconds(ended?.finishedAt);
  return finishedAt ? { finishedAt } : {};
}

function endReason({ reason, message }: V1ContainerStateTerminated): string | undefined {
  if (reason === 'OOMKilled') return 'OutOfMemoryError: Container killed due to memory usage';
  if (reason === 'Completed' || reason === 'Error') return undefined;
  return startError({ reason, message }) ?? [reason, message].filter(Boolean).join(': ');
}

/** `containerd://<id>` and `<name>@sha256:<digest>` in Kubernetes; ECS shows the id and the digest alone. */
function identityOf({
  containerID,
  imageID,
}: V1ContainerStatus): Pick<ContainerObservation, 'runtimeId' | 'imageDigest'> {
  const runtimeId = containerID?.split('://')[1];
  const imageDigest = /sha256:[0-9a-f]{64}/.exec(imageID ?? '')?.[0];
  return { ...(runtimeId && { runtimeId }), ...(imageDigest && { imageDigest }) };
}

function healthOf({ container, status, startPeriod, now }: ContainerFacts): ContainerObservation['health'] {
  const deadline = unhealthyFrom(container, status, startPeriod);
  if (!container.readinessProbe) return undefined;
  if (status.state?.running && status.ready) return 'HEALTHY';
  return deadline !== undefined && now >= deadline ? 'UNHEALTHY' : 'UNKNOWN';
}

/** When a container whose check has never succeeded counts as unhealthy: as many intervals as it has retries after its start period. */
export function unhealthyFrom(
  container: V1Container,
  status: V1ContainerStatus,
  startPeriod: number,
): number | undefined {
  const { readinessProbe: probe } = container;
  const startedAt = seconds(status.state?.running?.startedAt);
  if (!probe || startedAt === undefined) return undefined;
  return startedAt + startPeriod + (probe.failureThreshold ?? 3) * (probe.periodSeconds ?? 30);
}
