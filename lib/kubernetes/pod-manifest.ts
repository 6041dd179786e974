import type { V1Pod, V1PodSpec } from '@kubernetes/client-node';
import { type OrderedContainer, orderContainers } from '../model/container-order.ts';
import { applyOverrides } from '../model/overrides.ts';
import type { ContainerDefinition, TaskDefinition } from '../model/task-definition.ts';
import { type TaskLaunch, TaskRefused } from '../runtime/task-runtime.ts';
import { containerManifest, startPeriodsOf } from './container-manifest.ts';
import { annotations, objectLabels } from './labels.ts';
import { encodeName, taskNames } from './names.ts';
import { pullSecrets } from './secret-manifests.ts';
import { refuseInexpressible } from './inexpressible.ts';
import { resourceShares } from './pod-resources.ts';
import { podNetwork } from './pod-network.ts';
import { restartPlan, restartRulesOf } from './restart-plan.ts';
import { podVolumes } from './pod-volumes.ts';
import { startConditionsOf } from './start-conditions.ts';
import { startGate } from './start-gates.ts';

export interface ManifestOptions {
  readonly instanceId: string;
  readonly cpuRequestRatio: number;
  /** Containers may not be privileged. */
  readonly forbidPrivileged: boolean;
  /** The directory of the node that keeps what outlives tasks. */
  readonly volumesDirectory: string;
}

/** ECS's default when no container has a stopTimeout (API_ContainerDefinition). */
const defaultStopTimeout = 30;

/** The Pod that runs a task. docs/pods.md lists what becomes of each parameter. @throws TaskRefused */
export function podManifest(launch: TaskLaunch, options: ManifestOptions): V1Pod {
  const definition = applyOverrides(launch.definition, launch.overrides);
  refuseInexpressible(definition, options.forbidPrivileged);
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
    spec: podSpec(name, definition, launch, options),
  };
}

function podSpec(
  name: string,
  definition: TaskDefinition,
  { nodeName, volumeConfigurations: configurations = [] }: TaskLaunch,
  { cpuRequestRatio, volumesDirectory }: ManifestOptions,
): V1PodSpec {
  const ordered = inOrder(containersOf(definition));
  const { podPolicy, beside } = restartPlan(ordered);
  const shares = resourceShares(definition, cpuRequestRatio);
  const volumes = podVolumes(definition, { volumesDirectory, configurations });
  const manifest = ({ container, phase, held }: OrderedContainer) =>
    containerManifest(container, {
      phase,
      restarts: phase === 'beside' || beside.has(container.name ?? ''),
      ...(held && { gate: startGate(name, encodeName(container.name ?? '')) }),
      resources: shares(container),
      mounts: volumes.mountsOf(container),
      secretName: name,
    });
  const isBeside = ({ container }: OrderedContainer) => beside.has(container.name ?? '');
  // Those depend on nothing, so that they need not wait for what ends first.
  const early = [...ordered.filter(isBeside), ...ordered.filter(({ phase }) => phase !== 'main')].map(manifest);
  const registries = pullSecrets(definition, name);
  const sysctls = ordered.flatMap(({ container }) => container.systemControls ?? []);
  return {
    restartPolicy: podPolicy,
    enableServiceLinks: false,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: Math.max(
      ...ordered.map(({ container }) => container.stopTimeout ?? defaultStopTimeout),
    ),
    ...podNetwork(definition),
    ...affinityOf(definition, nodeName),
    ...(sharesProcesses(definition) && { shareProcessNamespace: true }),
    ...(definition.pidMode === 'host' && { hostPID: true }),
    ...(definition.ipcMode === 'host' && { hostIPC: true }),
    ...(sysctls.length > 0 && {
      securityContext: { sysctls: sysctls.map(({ namespace = '', value = '' }) => ({ name: namespace, value })) },
    }),
    ...(registries.length > 0 && { imagePullSecrets: registries }),
    ...(early.length > 0 && { initContainers: early }),
    containers: ordered.filter((one) => one.phase === 'main' && !isBeside(one)).map(manifest),
    ...(volumes.volumes.length > 0 && { volumes: [...volumes.volumes] }),
  };
}

/** The first process of a Pod whose containers share theirs forwards and reaps as Docker's init process does. */
function sharesProcesses({ pidMode, containerDefinitions = [] }: TaskDefinition): boolean {
  const wantsInit = containerDefinitions.some(({ linuxParameters }) => linuxParameters?.initProcessEnabled);
  return pidMode === 'task' || (pidMode !== 'host' && wantsInit);
}

/**
 * The architecture is preferred, not demanded: Docker Desktop and others run images of both on nodes of one. The node of a
 * task that was placed is demanded as a DaemonSet does it, so that Kubernetes' scheduler still looks whether the Pod fits.
 */
function affinityOf({ runtimePlatform }: TaskDefinition, nodeName: string | undefined): Pick<V1PodSpec, 'affinity'> {
  const { cpuArchitecture } = runtimePlatform ?? {};
  const values = [cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64'];
  const preference = { matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values }] };
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [nodeName ?? ''] }];
  const nodeAffinity = {
    ...(nodeName !== undefined && {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
    }),
    ...(cpuArchitecture && { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference }] }),
  };
  return Object.keys(nodeAffinity).length > 0 ? { affinity: { nodeAffinity } } : {};
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
  const conditions = startConditionsOf(containers);
  const rules = restartRulesOf(inOrder(containers));
  const dockerLabels = containers.filter((one) => one.dockerLabels).map((one) => [one.name, one.dockerLabels]);
  return {
    [annotations.taskArn]: taskArn,
    ...(encoded.length > 0 && { [annotations.containerNames]: JSON.stringify(Object.fromEntries(encoded)) }),
    ...(startPeriods && { [annotations.startPeriods]: JSON.stringify(startPeriods) }),
    ...(Object.keys(conditions).length > 0 && { [annotations.startConditions]: JSON.stringify(conditions) }),
    ...(Object.keys(rules).length > 0 && { [annotations.restartRules]: JSON.stringify(rules) }),
    ...(dockerLabels.length > 0 && { [annotations.dockerLabels]: JSON.stringify(Object.fromEntries(dockerLabels)) }),
  };
}

const containersOf = (definition: TaskDefinition): ContainerDefinition[] => definition.containerDefinitions ?? [];
