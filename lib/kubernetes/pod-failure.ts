import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { TaskFailure } from '../runtime/task-runtime.ts';
import { originalNames } from './annotation-records.ts';
import { decodeName } from './names.ts';

/** Why a Pod as a whole failed, in ECS's words ("Amazon ECS stopped tasks error messages") with Kubernetes' reason quoted. */
export function failureOf(pod: V1Pod): TaskFailure | undefined {
  return startFailure(pod) ?? disruption(pod) ?? podFailure(pod) ?? firstContainerFailure(pod);
}

/** What a container that waits, or ended before it began, says about an error; undefined if it just takes its time. */
export function startError({ reason, message }: Problem): string | undefined {
  const kind = Object.entries(startErrors).find(([, reasons]) => reasons.includes(reason ?? ''))?.[0];
  return kind && `${kind}: ${message || reason}`;
}

/** Why a Pod waits for a node, if it does. */
export function unschedulable({ status }: V1Pod): string | undefined {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return undefined;
  return `Kubernetes finds no node for the task yet: ${scheduled.message}`;
}

interface Problem {
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/** The kubelet's reasons (pkg/kubelet/images/types.go and pkg/kubelet/container/sync_result.go). */
const startErrors: Readonly<Record<string, readonly string[]>> = {
  CannotPullContainerError: [
    'ErrImagePull',
    'ImagePullBackOff',
    'InvalidImageName',
    'ErrImageNeverPull',
    'ImageInspectError',
    'RegistryUnavailable',
    'SignatureValidationFailed',
  ],
  CannotCreateContainerError: ['CreateContainerConfigError', 'CreateContainerError', 'PreCreateHookError'],
  CannotStartContainerError: ['RunContainerError', 'StartError', 'ContainerCannotRun', 'PostStartHookError'],
};

const statusesOf = ({ status }: V1Pod): V1ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

function startFailure(pod: V1Pod): TaskFailure | undefined {
  for (const { state } of statusesOf(pod)) {
    const reason = startError(state?.waiting ?? state?.terminated ?? {});
    if (reason) return { stopCode: 'TaskFailedToStart', reason };
  }
  return undefined;
}

/** A node's drain, pressure, loss or a more important Pod ("Disruptions", Pod disruption conditions). */
function disruption({ status }: V1Pod): TaskFailure | undefined {
  const target = status?.conditions?.find(({ type, status: holds }) => type === 'DisruptionTarget' && holds === 'True');
  if (!target) return undefined;
  return { stopCode: 'TerminationNotice', reason: `Kubernetes ended the task: ${said(target)}` };
}

/** `Evicted`, `NodeLost`, `Shutdown`, `SysctlForbidden`, `DeadlineExceeded`, …: the kubelet gave the Pod itself a reason. */
function podFailure({ status }: V1Pod): TaskFailure | undefined {
  if (status?.phase === 'Unknown' || status?.reason === 'NodeLost') {
    return { stopCode: 'TerminationNotice', reason: `The node of the task was lost: ${said(status)}` };
  }
  if (status?.phase !== 'Failed' || !status.reason) return undefined;
  const started = [...(status.containerStatuses ?? [])].some(({ containerID }) => containerID);
  return {
    stopCode: started ? 'TerminationNotice' : 'TaskFailedToStart',
    reason: `Kubernetes ended the task: ${said(status)}`,
  };
}

/** What depends on the SUCCESS of an init container never starts. */
function firstContainerFailure({ metadata, spec, status }: V1Pod): TaskFailure | undefined {
  const failed = (status?.initContainerStatuses ?? []).find(({ name, state }) => {
    const beside = spec?.initContainers?.find((container) => container.name === name)?.restartPolicy === 'Always';
    return !beside && (state?.terminated?.exitCode ?? 0) !== 0;
  });
  if (!failed) return undefined;
  return {
    stopCode: 'TaskFailedToStart',
    reason:
      `CannotStartContainerError: dependency graph: container ${decodeName(failed.name, originalNames(metadata))} exited with code ` +
      `${failed.state?.terminated?.exitCode}, and others depend on its SUCCESS.`,
  };
}

const said = ({ reason, message }: Problem): string =>
  [reason, message].filter(Boolean).join(': ') || 'no reason given.';
