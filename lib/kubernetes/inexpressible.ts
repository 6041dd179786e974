import type * as ecs from '@aws-sdk/client-ecs';
import type { ContainerDefinition, TaskDefinition } from '../model/task-definition.ts';
import type { Wire } from '../model/wire.ts';
import { TaskRefused } from '../runtime/task-runtime.ts';

/** What a container would miss so much that it must not start: each is said in words, none is left out silently. */
export function refuseInexpressible(definition: TaskDefinition): void {
  const reason =
    taskRefusal(definition) ??
    firstOf(definition.volumes ?? [], volumeRefusal) ??
    firstOf(definition.containerDefinitions ?? [], containerRefusal);
  if (reason) throw new TaskRefused(reason);
}

/** What the task does without on Kubernetes, for the log. */
export function warningsOf(definition: TaskDefinition): string[] {
  return [
    ...(definition.ephemeralStorage ? ['ephemeralStorage sets no limit: containers share the disk of the node.'] : []),
    ...(definition.proxyConfiguration ? ['proxyConfiguration has no effect: there is no App Mesh.'] : []),
    ...(definition.ipcMode === 'none' ? ['ipcMode none has no effect: the containers of a Pod share IPC.'] : []),
    ...(definition.containerDefinitions ?? []).flatMap(containerWarnings),
  ];
}

function taskRefusal({ networkMode, containerDefinitions = [], runtimePlatform }: TaskDefinition): string | undefined {
  if (containerDefinitions.length === 0) return 'The task definition has no containers.';
  if (networkMode === 'none') return 'networkMode none cannot be expressed: a Pod always has a network. Leave it out.';
  if (runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS')) {
    return `operatingSystemFamily ${runtimePlatform.operatingSystemFamily} cannot run here: tasks run in Linux containers.`;
  }
  return undefined;
}

function volumeRefusal(volume: Wire<ecs.Volume>): string | undefined {
  const { name, dockerVolumeConfiguration: docker } = volume;
  const instead = 'Use a volume with host.sourcePath, or one with a name alone, which lives as long as the task.';
  if (volume.efsVolumeConfiguration) return `Volume ${name} is on EFS, which is not emulated. ${instead}`;
  if (volume.fsxWindowsFileServerVolumeConfiguration)
    return `Volume ${name} is on FSx, which is not emulated. ${instead}`;
  if (volume.configuredAtLaunch)
    return `Volume ${name} is an EBS volume configured at launch, which is not emulated. ${instead}`;
  if (docker && (docker.scope === 'shared' || (docker.driver ?? 'local') !== 'local')) {
    return `Volume ${name} is a Docker volume that outlives the task or has a driver of its own, which Kubernetes has not. ${instead}`;
  }
  return undefined;
}

function containerRefusal(container: ContainerDefinition): string | undefined {
  const { name, secrets = [], environmentFiles = [], linuxParameters, dockerSecurityOptions = [] } = container;
  if (secrets.length > 0) {
    return `ResourceInitializationError: container ${name} has secrets (${secrets.map((secret) => secret.name).join(', ')}), and nothing here resolves them. Use environment.`;
  }
  if (environmentFiles.length > 0) {
    return `ResourceInitializationError: container ${name} has environmentFiles, and nothing here fetches them from S3. Use environment.`;
  }
  if (linuxParameters?.devices?.length)
    return `Container ${name} has linuxParameters.devices, which a Pod cannot express. Use privileged and a host volume.`;
  if (container.repositoryCredentials)
    return `Container ${name} has repositoryCredentials, which are not passed on to Kubernetes. Give its nodes access to the registry.`;
  if (container.credentialSpecs?.length)
    return `Container ${name} has credentialSpecs, which only Windows containers use.`;
  if (container.disableNetworking) return `Container ${name} has disableNetworking, which a Pod cannot express.`;
  const unknown = dockerSecurityOptions.find((option) => option !== 'no-new-privileges');
  if (unknown)
    return `Container ${name} has dockerSecurityOptions "${unknown}"; only no-new-privileges can be expressed.`;
  const accelerator = container.resourceRequirements?.find(({ type }) => type === 'InferenceAccelerator');
  if (accelerator) return `Container ${name} asks for an Elastic Inference accelerator, which is not emulated.`;
  return undefined;
}

function containerWarnings(container: ContainerDefinition): string[] {
  const { name, linuxParameters = {} } = container;
  const without: readonly (readonly [unknown, string])[] = [
    [container.ulimits?.length, 'ulimits have no effect: Kubernetes has none.'],
    [container.logConfiguration, 'logConfiguration has no effect: read the output with kecs or kubectl logs.'],
    [container.firelensConfiguration, 'firelensConfiguration has no effect.'],
    [container.restartPolicy?.enabled, 'restartPolicy has no effect: a container that exits stays stopped.'],
    [container.dockerLabels, 'dockerLabels are not passed on to the container runtime.'],
    [container.startTimeout, 'startTimeout has no effect: Kubernetes waits for a dependency without limit.'],
    [linuxParameters.initProcessEnabled, 'initProcessEnabled has no effect: the container gets no init process.'],
    [linuxParameters.maxSwap ?? linuxParameters.swappiness, 'maxSwap and swappiness have no effect.'],
  ];
  return without.flatMap(([present, words]) => (present ? [`Container ${name}: ${words}`] : []));
}

function firstOf<T>(values: readonly T[], refusal: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const reason = refusal(value);
    if (reason) return reason;
  }
  return undefined;
}
