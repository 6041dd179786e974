import type { V1Pod, V1PodSpec } from '@kubernetes/client-node';
import { type OrderedContainer, orderContainers } from '../model/container-order.ts';
import { applyOverrides } from '../model/overrides.ts';
import type { ContainerDefinition, TaskDefinition } from '../model/task-definition.ts';
import { type TaskLaunch, TaskRefused } from '../runtime/task-runtime.ts';
import { containerManifest, startPeriodsOf } from './container-manifest.ts';
import { annotations, objectLabels } from './labels.ts';
import { encodeName, taskNames } from './names.ts';
import { refuseInexpressible } from './inexpressible.ts';
import { resourceShares } from './pod-resources.ts';
import { podNetwork } from './pod-network.ts';
import { podVolumes } from './pod-volumes.ts';

export interface ManifestOptions {
  readonly instanceId: string;
  readonly cpuRequestRatio: number;
}

/** ECS's default when no container has a stopTimeout (API_ContainerDefinition). */
const defaultStopTimeout = 30;

/** The Pod that runs a task. docs/pods.md lists what becomes of each parameter. @throws TaskRefused */
export function podManifest(launch: TaskLaunch, options: ManifestOptions): V1Pod {
  const definition = applyOverrides(launch.definition, launch.overrides);
  refuseInexpressible(definition);
  const { namespace, name, taskId } = taskNames(launch.taskArn);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: objectLabels('task', taskId, options.instanceId),
      annotations: podAnnotations(launch.taskArn, containersOf(definition)),
    },
    spec: podSpec(definition, options.cpuRequestRatio),
  };
}

function podSpec(definition: TaskDefinition, cpuRequestRatio: number): V1PodSpec {
  const ordered = inOrder(containersOf(definition));
  const shares = resourceShares(definition, cpuRequestRatio);
  const volumes = podVolumes(definition);
  const manifest = ({ container, phase }: OrderedContainer) =>
    containerManifest(container, phase, shares(container), volumes.mountsOf(container));
  const early = ordered.filter(({ phase }) => phase !== 'main').map(manifest);
  const sysctls = ordered.flatMap(({ container }) => container.systemControls ?? []);
  return {
    restartPolicy: 'Never',
    enableServiceLinks: false,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: Math.max(
      ...ordered.map(({ container }) => container.stopTimeout ?? defaultStopTimeout),
    ),
    ...podNetwork(definition),
    ...(definition.pidMode === 'task' && { shareProcessNamespace: true }),
    ...(definition.pidMode === 'host' && { hostPID: true }),
    ...(definition.ipcMode === 'host' && { hostIPC: true }),
    ...(sysctls.length > 0 && {
      securityContext: { sysctls: sysctls.map(({ namespace = '', value = '' }) => ({ name: namespace, value })) },
    }),
    ...(early.length > 0 && { initContainers: early }),
    containers: ordered.filter(({ phase }) => phase === 'main').map(manifest),
    ...(volumes.volumes.length > 0 && { volumes: [...volumes.volumes] }),
  };
}

function inOrder(containers: readonly ContainerDefinition[]): OrderedContainer[] {
  try {
    return orderContainers(containers);
  } catch (error) {
    throw new TaskRefused((error as Error).message, { cause: error });
  }
}

function podAnnotations(taskArn: string, containers: readonly ContainerDefinition[]): Record<string, string> {
  const encoded = containers.map(({ name = '' }) => [encodeName(name), name]).filter(([key, name]) => key !== name);
  const startPeriods = startPeriodsOf(containers);
  return {
    [annotations.taskArn]: taskArn,
    ...(encoded.length > 0 && { [annotations.containerNames]: JSON.stringify(Object.fromEntries(encoded)) }),
    ...(startPeriods && { [annotations.startPeriods]: JSON.stringify(startPeriods) }),
  };
}

const containersOf = (definition: TaskDefinition): ContainerDefinition[] => definition.containerDefinitions ?? [];
