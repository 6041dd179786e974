import type { ContainerDefinition } from './task-definition.ts';

/**
 * `first`: ends before the next one starts (others wait for its COMPLETE or SUCCESS).
 * `beside`: starts, and is up, before the next one starts, and goes on (others wait for its HEALTHY).
 * `main`: all the others.
 */
export type Phase = 'first' | 'beside' | 'main';

export interface OrderedContainer {
  readonly container: ContainerDefinition;
  readonly phase: Phase;
}

/** Puts containers after those that they depend on. @throws Error in words for what no order can do. */
export function orderContainers(containers: readonly ContainerDefinition[]): OrderedContainer[] {
  const sorted = sortByDependency(containers);
  const phases = new Map<string, Phase>();
  for (const container of sorted.toReversed()) assignPhases(container, phases);
  return sorted.map((container) => ({ container, phase: phases.get(container.name ?? '') ?? 'main' }));
}

/** Called for dependants before their dependencies, so that a container's own phase is known already. */
function assignPhases(container: ContainerDefinition, phases: Map<string, Phase>): void {
  const early = phases.has(container.name ?? '');
  for (const { containerName = '', condition } of container.dependsOn ?? []) {
    const wanted = phaseFor(condition, early);
    const known = phases.get(containerName);
    if (wanted && known && wanted !== known && condition !== 'START') {
      throw new Error(
        `Container ${containerName} is waited for both until it has ended (COMPLETE, SUCCESS) and until it is up ` +
          '(HEALTHY, or START of a container that must end first). Kubernetes can express one of the two: change dependsOn.',
      );
    }
    if (wanted && !known) phases.set(containerName, wanted);
  }
}

/** START alone needs no phase: the kubelet starts the containers of a Pod in the order in which they are listed. */
function phaseFor(condition: string | undefined, early: boolean): Phase | undefined {
  if (condition === 'COMPLETE' || condition === 'SUCCESS') return 'first';
  return condition === 'HEALTHY' || early ? 'beside' : undefined;
}

function sortByDependency(containers: readonly ContainerDefinition[]): ContainerDefinition[] {
  const sorted = new Set<ContainerDefinition>();
  const visit = (container: ContainerDefinition, waiting: readonly ContainerDefinition[]): void => {
    if (sorted.has(container)) return;
    if (waiting.includes(container)) {
      throw new Error(
        `The dependsOn of container ${container.name} lead back to itself: no container could start first.`,
      );
    }
    for (const { containerName } of container.dependsOn ?? []) {
      const dependency = containers.find(({ name }) => name === containerName);
      if (!dependency)
        throw new Error(`Container ${container.name} depends on ${containerName}, which is not in the task.`);
      visit(dependency, [...waiting, container]);
    }
    sorted.add(container);
  };
  for (const container of containers) visit(container, []);
  return [...sorted];
}
