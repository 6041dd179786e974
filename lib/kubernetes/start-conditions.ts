import type { ContainerDefinition } from '../model/task-definition.ts';
import type { ContainerObservation } from '../runtime/task-runtime.ts';

/** What one container waits for in another. */
interface StartCondition {
  /** The ECS name of the other container. */
  readonly on: string;
  readonly condition: 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY';
  /** Seconds after the other one's start in which the condition must be met. */
  readonly within?: number;
}

/** ECS container name → what it waits for. */
export type StartConditions = Readonly<Record<string, readonly StartCondition[]>>;

export function startConditionsOf(containers: readonly ContainerDefinition[]): StartConditions {
  const timeouts = new Map(containers.map(({ name, startTimeout }) => [name, startTimeout]));
  const conditions = containers.flatMap(({ name = '', dependsOn = [] }) =>
    dependsOn.length > 0 ? [[name, dependsOn.map((one) => conditionOf(one, timeouts.get(one.containerName)))]] : [],
  );
  return Object.fromEntries(conditions) as StartConditions;
}

export interface ConditionedContainers {
  /** Those that can never start are shown as ended. */
  readonly containers: readonly ContainerObservation[];
  /** The ECS names of those which have not started and may. */
  readonly mayStart: readonly string[];
  /** When the time of a condition is over, in seconds since the epoch; Infinity if none runs. */
  readonly recheckAt: number;
}

/** The rules of the ECS agent (agent/engine/dependencygraph/graph.go), with its words and its exit code for what it never starts. */
export function withStartConditions(
  containers: readonly ContainerObservation[],
  conditions: StartConditions,
  now: number,
): ConditionedContainers {
  const seen = new Map<string, ContainerObservation>(containers.map((one) => [one.name, one]));
  const mayStart: string[] = [];
  let recheckAt = Infinity;
  // The containers of a Pod are listed after those that they depend on.
  for (const container of containers) {
    const own = conditions[container.name] ?? [];
    if (container.state !== 'waiting' || own.length === 0) continue;
    const obstacle = own.map((one) => obstacleOf(container.name, one, seen.get(one.on), now)).find(Boolean);
    if (obstacle) seen.set(container.name, { ...container, state: 'stopped', exitCode: 143, reason: obstacle });
    else if (own.every((one) => isMet(one, seen.get(one.on)))) mayStart.push(container.name);
    else recheckAt = Math.min(recheckAt, ...own.map((one) => deadlineOf(one, seen.get(one.on))));
  }
  return { containers: [...seen.values()], mayStart, recheckAt };
}

type Dependency = ContainerObservation | undefined;

function isMet({ condition }: StartCondition, dependency: Dependency): boolean {
  if (!dependency) return false;
  if (condition === 'START') return dependency.startedAt !== undefined || dependency.state === 'running';
  if (condition === 'HEALTHY') return dependency.health === 'HEALTHY';
  return dependency.state === 'stopped' && (condition === 'COMPLETE' || dependency.exitCode === 0);
}

/** Why the condition can never be met. */
function obstacleOf(target: string, one: StartCondition, dependency: Dependency, now: number): string | undefined {
  if (!dependency || isMet(one, dependency))
    return dependency && neverStarted(dependency) ? never(one, target) : undefined;
  if (dependency.state === 'stopped') {
    if (one.condition === 'SUCCESS') return `${failed(one, target)} as dependency did not exit successfully.`;
    return one.condition === 'HEALTHY' ? `${failed(one, target)} as dependency has stopped.` : never(one, target);
  }
  if (now < deadlineOf(one, dependency)) return undefined;
  return `CannotStartContainerError: dependency graph: container ordering dependency [${one.on}] for target [${target}] has timed out.`;
}

const neverStarted = ({ state, startedAt }: ContainerObservation): boolean =>
  state === 'stopped' && startedAt === undefined;

const failed = ({ on }: StartCondition, target: string): string =>
  `CannotStartContainerError: dependency graph: failed to resolve container ordering dependency [${on}] for target [${target}]`;

const never = (one: StartCondition, target: string): string =>
  `${failed(one, target)} because dependency will never start`;

function deadlineOf({ condition, within }: StartCondition, dependency: Dependency): number {
  if (within === undefined || condition === 'START' || dependency?.state !== 'running') return Infinity;
  return (dependency.startedAt ?? Infinity) + within;
}

function conditionOf(
  { containerName = '', condition = 'START' }: NonNullable<ContainerDefinition['dependsOn']>[number],
  within: number | undefined,
): StartCondition {
  return { on: containerName, condition, ...(within !== undefined && { within }) };
}
