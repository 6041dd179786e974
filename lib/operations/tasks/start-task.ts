import { invalidParameter } from '../../errors.ts';
import type { ContainerInstance } from '../../model/container-instance.ts';
import { containerInstanceArnOf } from '../../store/container-instances.ts';
import { findCluster } from '../../store/lookups.ts';
import { newTaskId } from '../../util/random-id.ts';
import { instancesByArn } from '../container-instances/instances.ts';
import type { Context, Input, Operation, Output } from '../operation.ts';
import { planRunTask } from './run-task-plan.ts';

type Failure = NonNullable<Output<'StartTask'>['failures']>[number];

/** "The container instance IDs or full ARN entries … up to 10 container instances" (API_StartTask.html). */
const mostInstances = 10;

/** As RunTask on EC2, with the instances given by the caller: one task on each. */
export const startTask: Operation<'StartTask'> = async (input, context) => {
  const { containerInstances = [], referenceId: _kept, ...request } = input;
  if (containerInstances.length === 0) throw invalidParameter('Container instances cannot be empty.');
  if (containerInstances.length > mostInstances) {
    throw invalidParameter(
      `StartTask takes at most ${mostInstances} container instances, but was given ${containerInstances.length}.`,
    );
  }
  const plan = planRunTask({ ...request, launchType: 'EC2' }, context);
  const { found, failures } = findInstances(containerInstances, input, context);
  const { records, failures: refused } = await context.scheduler.acceptTasks({
    ...plan,
    account: context.account,
    region: context.region,
    ids: found.map(() => newTaskId()),
    placements: found.map((instance) => ({ launchType: 'EC2', instance })),
  });
  return { tasks: records.map(({ task }) => task), failures: [...failures, ...refused] };
};

/** The reasons of "API failures messages" (Developer Guide). StartTask starts on instances that are draining, too. */
function findInstances(
  references: readonly string[],
  { cluster }: Input<'StartTask'>,
  context: Context,
): { found: ContainerInstance[]; failures: Failure[] } {
  const record = findCluster(context.store, context, cluster);
  const instances = instancesByArn(record, context);
  const found: ContainerInstance[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const arn = containerInstanceArnOf(record, reference);
    const instance = instances.get(arn);
    if (!instance) failures.push({ arn, reason: 'MISSING' });
    else if (instance.status === 'INACTIVE') failures.push({ arn, reason: 'INACTIVE' });
    else if (!instance.node.ready) failures.push({ arn, reason: 'AGENT' });
    else found.push(instance);
  }
  return { found, failures };
}
