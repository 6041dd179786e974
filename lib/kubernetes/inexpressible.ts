import type { ContainerDefinition, TaskDefinition } from '../model/task-definition.ts';
import { TaskRefused } from '../runtime/task-runtime.ts';
import { volumeRefusal } from './volume-refusal.ts';

/** What a container would miss so much that it must not start: each is said in words, none is left out silently. */
export function refuseInexpressible(definition: TaskDefinition, forbidPrivileged: boolean): void {
  const containers = definition.containerDefinitions ?? [];
  const reason =
    taskRefusal(definition) ??
    firstOf(definition.volumes ?? [], volumeRefusal) ??
    firstOf(containers, containerRefusal) ??
    firstOf(containers, resourceRefusal) ??
    firstOf(containers, (container) => privilegeRefusal(container, forbidPrivileged));
  if (reason) throw new TaskRefused(reason);
}

function taskRefusal(definition: TaskDefinition): string | undefined {
  const { networkMode, containerDefinitions = [], runtimePlatform, inferenceAccelerators = [] } = definition;
  if (containerDefinitions.length === 0) return 'The task definition has no containers.';
  if (networkMode === 'none') return 'networkMode none cannot be expressed: a Pod always has a network. Leave it out.';
  if (runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS')) {
    return `operatingSystemFamily ${runtimePlatform.operatingSystemFamily} cannot run here: tasks run in Linux containers.`;
  }
  if (inferenceAccelerators.length > 0)
    return `The task has inferenceAccelerators (${inferenceAccelerators.map(({ deviceName }) => deviceName).join(', ')}), which are not emulated. Leave them out.`;
  return undefined;
}

function containerRefusal(container: ContainerDefinition): string | undefined {
  const { name, environmentFiles = [], dockerSecurityOptions = [] } = container;
  if (environmentFiles.length > 0) {
    return `ResourceInitializationError: container ${name} has environmentFiles, and nothing here fetches them from S3. Use environment.`;
  }
  if (container.credentialSpecs?.length)
    return `Container ${name} has credentialSpecs, which only Windows containers use.`;
  if (container.disableNetworking) return `Container ${name} has disableNetworking, which a Pod cannot express.`;
  const unknown = dockerSecurityOptions.find((option) => option !== 'no-new-privileges');
  if (unknown)
    return `Container ${name} has dockerSecurityOptions "${unknown}"; only no-new-privileges can be expressed.`;
  return undefined;
}

/** Kubernetes counts devices (device plugins' `nvidia.com/gpu`); it neither shares one nor gives out all that there are. */
function resourceRefusal({ name, resourceRequirements = [] }: ContainerDefinition): string | undefined {
  for (const { type, value, sharingStrategy } of resourceRequirements) {
    if (type === 'InferenceAccelerator')
      return `Container ${name} asks for an Elastic Inference accelerator, which is not emulated.`;
    if (type !== 'GPU') return `Container ${name} asks for ${type}, which Kubernetes cannot count. Leave it out.`;
    if (sharingStrategy)
      return `Container ${name} asks for a part of a GPU, which Kubernetes cannot share. Give a value.`;
    if (!/^\d+$/.test(value ?? ''))
      return `Container ${name} asks for ${value} GPUs, and Kubernetes needs their number. Write one, e.g. "1".`;
  }
  return undefined;
}

function privilegeRefusal(container: ContainerDefinition, forbidPrivileged: boolean): string | undefined {
  const { name, privileged, linuxParameters } = container;
  if (privileged && forbidPrivileged)
    return `Container ${name} is privileged, which the option forbidPrivileged of KECS refuses. Leave privileged out, or the option.`;
  // Only a privileged container may open devices beyond those that every container has (Kubernetes has no `--device`).
  if (linuxParameters?.devices?.length && !privileged)
    return `Container ${name} has linuxParameters.devices, which a Pod gives to privileged containers only. Set privileged to true.`;
  return undefined;
}

function firstOf<T>(values: readonly T[], refusal: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const reason = refusal(value);
    if (reason) return reason;
  }
  return undefined;
}
