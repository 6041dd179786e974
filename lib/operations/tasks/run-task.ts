import { randomBytes, randomUUID } from 'node:crypto';
import type { TaskPublicIp, TaskRecord } from '../../model/task.ts';
import { publicPortsOf } from '../../model/task-ports.ts';
import { newTaskRecord } from '../../model/task-record.ts';
import { taskArn } from '../../model/arn.ts';
import { PublicPortsExhausted } from '../../public-ip/public-ip-provider.ts';
import type { Context, Operation, Output } from '../operation.ts';
import { type ClientToken, claimToken } from './client-token.ts';
import { type RunTaskPlan, planRunTask } from './run-task-plan.ts';

type Failures = NonNullable<Output<'RunTask'>['failures']>;

/** How long "instant" waits for the containers before it answers what there is. */
const instantWaitMs = 60_000;

export const runTask: Operation<'RunTask'> = async (input, context) => {
  const plan = planRunTask(input, context);
  const ids = Array.from({ length: plan.count }, () => randomBytes(16).toString('hex'));
  const taskArns = ids.map((id) => taskArn(context, plan.cluster.name, id));
  const token = claimToken(input, plan.cluster, taskArns, context);
  if (token.earlier) return answer(token.earlier, [], context);
  const { records, failures } = await acceptTasks(ids, plan, token, context);
  await context.store.commit();
  for (const { arn } of records) context.scheduler.wakeTask(arn);
  if (context.config.lifecycle === 'instant') {
    await Promise.all(records.map(({ arn }) => context.scheduler.whenTaskReaches(arn, 'RUNNING', instantWaitMs)));
  }
  return answer(
    records.map(({ arn }) => arn),
    failures,
    context,
  );
};

/** Accepts each task that can be given what it asks for; the others are failures of their own. */
async function acceptTasks(
  ids: readonly string[],
  plan: RunTaskPlan,
  token: ClientToken,
  context: Context,
): Promise<{ records: TaskRecord[]; failures: Failures }> {
  const records: TaskRecord[] = [];
  const failures: Failures = [];
  try {
    const publicIps = await Promise.all(ids.map((id) => allocate(id, plan, context)));
    for (const [i, publicIp] of publicIps.entries()) {
      if (publicIp === 'exhausted') failures.push({ arn: plan.cluster.arn, reason: 'RESOURCE:PORTS' });
      else records.push(acceptTask(ids[i] ?? '', i, plan, publicIp, context));
    }
  } finally {
    if (records.length === 0) token.giveBack();
  }
  return { records, failures };
}

async function allocate(
  id: string,
  { assignPublicIp, cluster, definition }: RunTaskPlan,
  context: Context,
): Promise<TaskPublicIp | 'exhausted' | undefined> {
  if (!assignPublicIp) return undefined;
  const ports = publicPortsOf(definition.containerDefinitions ?? []);
  try {
    return await context.publicIps.allocate({ taskArn: taskArn(context, cluster.name, id), ports });
  } catch (error) {
    if (error instanceof PublicPortsExhausted) return 'exhausted';
    throw error;
  }
}

function acceptTask(
  id: string,
  index: number,
  plan: RunTaskPlan,
  publicIp: TaskPublicIp | undefined,
  { account, region, now, store }: Context,
): TaskRecord {
  const { subnetId, definition } = plan;
  const record = newTaskRecord({
    ...plan,
    id,
    account,
    region,
    containerIds: (definition.containerDefinitions ?? []).map(() => randomUUID()),
    networkInterface:
      subnetId === undefined
        ? undefined
        : { attachmentId: randomUUID(), subnetId, random: randomBytes(14).toString('hex') },
    placement: plan.placements[index] ?? { launchType: 'FARGATE' },
    publicIp,
    createdAt: now(),
  });
  store.tasks.put(record);
  return record;
}

function answer(taskArns: readonly string[], failures: Failures, { store }: Context): Output<'RunTask'> {
  const records = taskArns.map((arn) => store.tasks.get(arn)).filter((record) => record !== undefined);
  return { tasks: records.map(({ task }) => task), failures };
}
