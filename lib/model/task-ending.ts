import type { Ending, TaskSight } from './task-sight.ts';
import type { TaskRecord } from './task.ts';

/** The reason of tasks whose containers were gone when KECS was started again. */
export const lostWhileAway = 'The containers of the task ended while KECS was not running.';

/** Why a task that is wanted must stop all the same, in the words of "Amazon ECS stopped task error messages" where it has them. */
export function endingOf(record: TaskRecord, { observation, essential }: TaskSight): Ending | undefined {
  if (!observation) return undefined;
  if (observation.failure) return { stopCode: observation.failure.stopCode, reason: observation.failure.reason };
  const exited = observation.containers.find(({ name, state }) => state === 'stopped' && essential.includes(name));
  if (exited && hasStarted(exited, record)) {
    return { stopCode: 'EssentialContainerExited', reason: 'Essential container in task exited' };
  }
  if (exited) return { stopCode: 'TaskFailedToStart', reason: exited.reason ?? 'Task failed to start' };
  return observation.present || record.task.lastStatus === 'PROVISIONING' ? undefined : vanished(record);
}

const hasStarted = (
  { startedAt, exitCode }: { readonly startedAt?: number; readonly exitCode?: number },
  { task }: TaskRecord,
): boolean => startedAt !== undefined || exitCode !== undefined || task.startedAt !== undefined;

const vanished = ({ task }: TaskRecord): Ending => ({
  stopCode: task.startedAt === undefined ? 'TaskFailedToStart' : 'InfrastructureHealth',
  reason: 'The containers of the task were removed by something other than Amazon ECS.',
});
