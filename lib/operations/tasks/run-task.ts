import { taskArn } from '../../model/arn.ts';
import type { AcceptedTasks, TaskBatch } from '../../model/task-batch.ts';
import { newTaskId } from '../../util/random-id.ts';
import type { Context, Operation, Output } from '../operation.ts';
import { type ClientToken, claimToken } from './client-token.ts';
import { planRunTask } from './run-task-plan.ts';

/** How long "instant" waits for the containers before it answers what there is. */
const instantWaitMs = 60_000;

export const runTask: Operation<'RunTask'> = async (input, context) => {
  const { account, region, scheduler, config, store } = context;
  const plan = planRunTask(input, context);
  const ids = Array.from({ length: plan.count }, newTaskId);
  const taskArns = ids.map((id) => taskArn(context, plan.cluster.name, id));
  const token = claimToken(input, plan.cluster, taskArns, context);
  if (token.earlier) {
    // The call that took the token may still be writing its tasks.
    await store.commit();
    return answer(token.earlier, [], context);
  }
  const { records, failures } = await accept({ ...plan, account, region, ids }, token, context);
  const accepted = records.map(({ arn }) => arn);
  if (config.lifecycle === 'instant') {
    await Promise.all(accepted.map((arn) => scheduler.whenTaskReaches(arn, 'RUNNING', instantWaitMs)));
  }
  return answer(accepted, failures, context);
};

async function accept(batch: TaskBatch, token: ClientToken, { scheduler }: Context): Promise<AcceptedTasks> {
  let accepted: AcceptedTasks | undefined;
  try {
    accepted = await scheduler.acceptTasks(batch);
    return accepted;
  } finally {
    if (!accepted?.records.length) token.giveBack();
  }
}

function answer(
  taskArns: readonly string[],
  failures: AcceptedTasks['failures'],
  { store }: Context,
): Output<'RunTask'> {
  const records = taskArns.map((arn) => store.tasks.get(arn)).filter((record) => record !== undefined);
  return { tasks: records.map(({ task }) => task), failures: [...failures] };
}
