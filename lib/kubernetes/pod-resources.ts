import type { V1ResourceRequirements } from '@kubernetes/client-node';
import type { ContainerDefinition, TaskDefinition } from '../model/task-definition.ts';

/**
 * How much of the node each container asks for and may use. What is reserved is scaled by `requestRatio`, so that many
 * small tasks fit on a laptop while their relative shares hold; memory's limit is never scaled.
 */
export function resourceShares(definition: TaskDefinition, requestRatio: number) {
  const containers = definition.containerDefinitions ?? [];
  const taskMemory = amountOf(definition.memory);
  const storage = definition.ephemeralStorage?.sizeInGiB;
  const ownCpu = containers.reduce((sum, { cpu = 0 }) => sum + cpu, 0);
  const withoutCpu = containers.filter(({ cpu }) => !cpu).length;
  const sparePerContainer = Math.max(0, (amountOf(definition.cpu) ?? 0) - ownCpu) / Math.max(1, withoutCpu);
  return (container: ContainerDefinition): V1ResourceRequirements => {
    const cpu = (container.cpu || sparePerContainer) * requestRatio;
    const memory = container.memory ?? taskMemory;
    const reserved = container.memoryReservation ?? (memory && Math.ceil(memory * requestRatio));
    const gpus = container.resourceRequirements?.find(({ type }) => type === 'GPU')?.value;
    const requests = {
      ...(cpu > 0 && { cpu: `${Math.ceil((cpu * 1000) / 1024)}m` }),
      ...(reserved && { memory: `${reserved}Mi` }),
      ...(storage && { 'ephemeral-storage': `${Math.ceil(storage * 1024 * requestRatio)}Mi` }),
    };
    const limits = {
      ...(memory && { memory: `${memory}Mi` }),
      // The task's containers share it: each may use all that the others leave.
      ...(storage && { 'ephemeral-storage': `${storage}Gi` }),
      ...(gpus && { 'nvidia.com/gpu': gpus }),
    };
    return {
      ...(Object.keys(requests).length > 0 && { requests }),
      ...(Object.keys(limits).length > 0 && { limits }),
    };
  };
}

/** A task's cpu or memory in units or MiB: `256`, `.25 vCPU`, `1 GB` ("Task definition parameters", Task size). */
function amountOf(text: string | undefined): number | undefined {
  const match = /^\s*(\d*\.?\d+)\s*(vcpu|gb)?\s*$/i.exec(text ?? '');
  if (!match) return undefined;
  return Number(match[1]) * (match[2] ? 1024 : 1);
}
