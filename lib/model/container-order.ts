import type { ContainerDefinition } from './task-definition.ts';

/**
 * `first`: ends well before the next one starts (others wait for its SUCCESS).
 * `beside`: starts, and is up, before the next one starts, and goes on (others wait for its HEALTHY).
 * `main`: all the others.
 */
export type Phase = 'first' | 'beside' | 'main';

export interface OrderedContainer {
  readonly container: ContainerDefinition;
  readonly phase: Phase;
  /** No phase of another container expresses what it waits for: its start must be held back until then. */
  readonly held: boolean;
}

/** Puts containers after those that they depend on. @throws Error in words for what no order can do. */
export function orderContainers(containers: readonly ContainerDefinition[]): OrderedContainer[] {
  const sorted = sortByDependency(containers);
  const phases = phasesOf(sorted);
  return sorted.map((container) => ({
    container,
    phase: phases?.get(container.name ?? '') ?? 'main',
    held: !phases && (container.dependsOn ?? []).length > 0,
  }));
}

/** Undefined where phases cannot express all that the containers wait for. */
function phasesOf(sorted: readonly ContainerDefinition[]): ReadonlyMap<string, Phase> | undefined {
  const phases = new Map<string, Phase>();
  for (const container of sorted.toReversed()) if (!assignPhases(container, phases)) return undefined;
  return phases;
}

/** Called for dependants before their dependencies, so that a container's own phase is known already. */
function assignPhases(container: ContainerDefinition, phases: Map<string, Phase>): boolean {
  const early = phases.has(container.name ?? '');
  return (container.dependsOn ?? []).every(({ containerName = '', condition }) => {
    const wanted = phaseFor(condition, early);
    const known = phases.get(containerName);
    if (wanted && !known) phases.set(containerName, wanted);
    // COMPLETE goes on whatever the exit code; what follows a `first` container starts after exit code 0 only.
    return condition !== 'COMPLETE' && (!wanted || !known || wanted === known || condition === 'START');
  });
}

/** START alone needs no phase: the kubelet starts the containers of a Pod in the order in which they are listed. */
function phaseFor(condition: string | undefined, early: boolean): Phase | undefined {
  if (condition === 'SUCCESS') return 'first';
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
