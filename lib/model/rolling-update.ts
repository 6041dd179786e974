import { firstToGo } from './scale-in-order.ts';
import type { ServiceTask } from './service-task.ts';
import type { DeploymentWindow } from './service-window.ts';

/** What a service has and what it is to have. */
export interface PlanInput {
  readonly tasks: readonly ServiceTask[];
  /** Newest first; the first is the PRIMARY one. */
  readonly deploymentIds: readonly string[];
  readonly desiredCount: number;
  readonly window: DeploymentWindow;
  /** Whether the PRIMARY deployment may start tasks at all: not once it has failed. */
  readonly mayStart: boolean;
}

export interface TaskPlan {
  /** How many tasks of the PRIMARY deployment are to be started. */
  readonly start: number;
  /** How many of these take the place of unhealthy ones. */
  readonly replacing: number;
  readonly scaleIn: readonly ServiceTask[];
  readonly unhealthy: readonly ServiceTask[];
  /** They ought to go, and are protected. */
  readonly heldBack: readonly ServiceTask[];
  /** Nothing is under way, and the window lets nothing be started or stopped. */
  readonly isStuck: boolean;
}

/**
 * The next step towards `desiredCount` tasks of the PRIMARY deployment. New tasks are started before older ones are
 * stopped where the window has room, so that a service has as many healthy tasks as it can; what is healthy never falls
 * below the minimum, and what is RUNNING or pending never exceeds the maximum.
 */
export function planTasks(input: PlanInput): TaskPlan {
  const { tasks, desiredCount, window, mayStart } = input;
  const { primary, older, counted } = sort(input);
  const good = primary.filter(({ state }) => state !== 'UNHEALTHY');
  const need = mayStart ? Math.max(0, desiredCount - good.length) : 0;
  const room = Math.max(0, window.maximum - counted);
  const start = Math.min(need, room);
  const unhealthy = unhealthyToStop(primary, desiredCount, need > 0 && room === 0 && counted === countWanted(tasks));
  const surplus = firstToGo(good, Math.max(0, good.length - desiredCount));
  const kept = countHealthy(good) - countHealthy(surplus);
  const shortage = need - room - unhealthy.length - (counted - countWanted(tasks));
  const replaced = olderToStop(older, { input, kept, shortage });
  const scaleIn = [...surplus, ...replaced];
  const heldBack = [
    ...(good.length - surplus.length > desiredCount ? good.filter(({ isProtected }) => isProtected) : []),
    ...older.filter(({ isProtected }) => isProtected),
  ];
  const isIdle = tasks.every(({ state }) => state === 'HEALTHY' || state === 'ENDED') && heldBack.length === 0;
  const isStuck = need > 0 && start + scaleIn.length + unhealthy.length === 0 && isIdle && older.length > 0;
  return { start, replacing: Math.min(start, primary.length - good.length), scaleIn, unhealthy, heldBack, isStuck };
}

interface Sorted {
  readonly primary: readonly ServiceTask[];
  /** Those of the oldest deployment first. */
  readonly older: readonly ServiceTask[];
  readonly counted: number;
}

function sort({ tasks, deploymentIds }: PlanInput): Sorted {
  const wanted = tasks.filter(isWanted);
  const [primaryId] = deploymentIds;
  const age = ({ deploymentId }: ServiceTask): number => deploymentIds.indexOf(deploymentId);
  const isPrimary = ({ deploymentId, isMisplaced }: ServiceTask): boolean => deploymentId === primaryId && !isMisplaced;
  // Tasks on a draining instance are replaced as older ones are ("Draining Amazon ECS container instances").
  const older = wanted.filter((task) => !isPrimary(task));
  return {
    primary: wanted.filter(isPrimary),
    // What belongs to no deployment any more is older than all.
    older: older.sort((a, b) => (age(a) < 0 || age(b) < 0 ? age(a) - age(b) : age(b) - age(a))),
    counted: tasks.filter(({ isCounted }) => isCounted).length,
  };
}

/**
 * An unhealthy task is stopped once its replacement is healthy; where the maximum lets no replacement be started, one at a
 * time is stopped first ("Amazon ECS services", Developer Guide).
 */
function unhealthyToStop(primary: readonly ServiceTask[], desiredCount: number, isFull: boolean): ServiceTask[] {
  const unhealthy = primary.filter(({ state }) => state === 'UNHEALTHY');
  const replaced = Math.max(0, countHealthy(primary) + unhealthy.length - desiredCount);
  return firstToGo(unhealthy, Math.min(unhealthy.length, isFull ? Math.max(replaced, 1) : replaced));
}

interface Room {
  readonly input: PlanInput;
  /** Healthy tasks of the PRIMARY deployment that stay. */
  readonly kept: number;
  /** How many tasks must go before all that are needed can be started. */
  readonly shortage: number;
}

/** Older tasks that do not serve go at once; healthy ones as they are replaced, or to make room. */
function olderToStop(older: readonly ServiceTask[], { input, kept, shortage }: Room): ServiceTask[] {
  const idle = older.filter(({ state }) => state !== 'HEALTHY');
  const healthy = older.filter(({ state }) => state === 'HEALTHY');
  const serving = kept + healthy.length;
  const replaced = serving - input.desiredCount;
  const spare = Math.min(serving - input.window.minimum, shortage - idle.length);
  const count = Math.min(healthy.length, Math.max(0, replaced, spare));
  return [...firstToGo(idle, idle.length), ...oldestFirst(healthy, count)];
}

/** Whole deployments go one after the other. */
function oldestFirst(tasks: readonly ServiceTask[], count: number): ServiceTask[] {
  const chosen: ServiceTask[] = [];
  const ids = [...new Set(tasks.map(({ deploymentId }) => deploymentId))];
  for (const id of ids) {
    const own = tasks.filter(({ deploymentId }) => deploymentId === id);
    chosen.push(...firstToGo(own, count - chosen.length));
  }
  return chosen;
}

const isWanted = ({ state }: ServiceTask): boolean => state !== 'ENDING' && state !== 'ENDED';

const countWanted = (tasks: readonly ServiceTask[]): number => tasks.filter(isWanted).length;

const countHealthy = (tasks: readonly ServiceTask[]): number => tasks.filter(({ state }) => state === 'HEALTHY').length;
