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
  await commitOrTakeBack(records, token, context);
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
    const assigned = plan.assignPublicIp ? await allocateAll(ids, plan, context) : [];
    for (const [i, id] of ids.entries()) {
      const publicIp = assigned[i];
      if (publicIp instanceof PublicPortsExhausted) {
        failures.push({ reason: 'RESOURCE:PORTS', detail: publicIp.message });
      } else records.push(acceptTask(id, i, plan, publicIp, context));
    }
  } finally {
    if (records.length === 0) token.giveBack();
  }
  return { records, failures };
}

/** An address and ports for each task. When one allocation breaks, none of the tasks will be: the others are taken back. */
async function allocateAll(
  ids: readonly string[],
  { cluster, definition }: RunTaskPlan,
  context: Context,
): Promise<(TaskPublicIp | PublicPortsExhausted)[]> {
  const { publicIps } = context;
  const ports = publicPortsOf(definition.containerDefinitions ?? []);
  const arns = ids.map((id) => taskArn(context, cluster.name, id));
  const outcomes = await Promise.allSettled(arns.map((arn) => publicIps.allocate({ taskArn: arn, ports })));
  const broken = outcomes.find((one) => one.status === 'rejected' && !(one.reason instanceof PublicPortsExhausted));
  if (broken?.status !== 'rejected') {
    return outcomes.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as PublicPortsExhausted)));
  }
  await Promise.allSettled(
    outcomes.map(async (one, i) => one.status === 'fulfilled' && publicIps.release(arns[i] ?? '', one.value)),
  );
  throw broken.reason;
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

/** A task whose acceptance could not be written is none: the caller is told so, and its ports are for others. */
async function commitOrTakeBack(records: readonly TaskRecord[], token: ClientToken, context: Context): Promise<void> {
  const { store, publicIps } = context;
  try {
    await store.commit();
  } catch (error) {
    for (const { arn } of records) store.tasks.delete(arn);
    token.giveBack();
    await Promise.allSettled(records.map(async ({ arn, publicIp }) => publicIp && publicIps.release(arn, publicIp)));
    throw error;
  }
}

function answer(taskArns: readonly string[], failures: Failures, { store }: Context): Output<'RunTask'> {
  const records = taskArns.map((arn) => store.tasks.get(arn)).filter((record) => record !== undefined);
  return { tasks: records.map(({ task }) => task), failures };
}
