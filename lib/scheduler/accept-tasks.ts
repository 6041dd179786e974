import { randomBytes, randomUUID } from 'node:crypto';
import { taskArn } from '../model/arn.ts';
import { hostPortWishes, instanceNetworkOf } from '../model/host-ports.ts';
import { volumeAttachment } from '../model/launch-volumes.ts';
import type { AcceptedTasks, TaskBatch } from '../model/task-batch.ts';
import { publicPortsOf } from '../model/task-ports.ts';
import { type TaskPlacement, newTaskRecord } from '../model/task-record.ts';
import type { TaskPublicIp, TaskRecord } from '../model/task.ts';
import { PublicPortsExhausted } from '../public-ip/public-ip-provider.ts';
import type { PublicIps } from '../public-ip/public-ips.ts';
import type { Clock } from './clock.ts';
import { type Instances, placeOnInstances } from './place-on-instances.ts';

interface Parts extends Instances {
  readonly publicIps: PublicIps;
  readonly clock: Clock;
}

type Failure = AcceptedTasks['failures'][number];

interface PlacedTask {
  readonly id: string;
  readonly placement: TaskPlacement;
}

/** Resolves once the tasks that could be accepted are on disk. When that cannot be written, or an allocation breaks, none of them will be. */
export async function acceptTasks(batch: TaskBatch, parts: Parts): Promise<AcceptedTasks> {
  const allocate = allocation(batch, parts);
  const { placed, failures } = place(batch, parts);
  const assigned = allocate ? await allocateAll(placed, batch, parts, allocate) : [];
  const records: TaskRecord[] = [];
  for (const [i, task] of placed.entries()) {
    const publicIp = assigned[i];
    if (publicIp instanceof PublicPortsExhausted) failures.push({ reason: 'RESOURCE:PORTS', detail: publicIp.message });
    else records.push(recordOf(task, batch, publicIp, parts));
  }
  for (const record of records) parts.store.tasks.put(record);
  if (records.length > 0) await commitOrTakeBack(records, parts);
  return { records, failures };
}

/** The tasks that have a place, and why the others have none. */
function place(batch: TaskBatch, parts: Parts): { placed: PlacedTask[]; failures: Failure[] } {
  const placed: PlacedTask[] = [];
  const failures: Failure[] = [];
  for (const [i, placement] of placeOnInstances(batch, parts).entries()) {
    if ('failure' in placement) failures.push({ reason: placement.failure });
    else placed.push({ id: batch.ids[i] ?? '', placement });
  }
  return { placed, failures };
}

type Allocate = (taskArn: string) => Promise<TaskPublicIp | undefined>;

/** What tasks of the batch are reached by: a public IP, or ports of the instance where they have no interface of their own. */
function allocation({ assignPublicIp, subnetId, definition }: TaskBatch, { publicIps }: Parts): Allocate | undefined {
  if (assignPublicIp) {
    const ports = publicPortsOf(definition.containerDefinitions ?? []);
    return (taskArn) => publicIps.allocate({ taskArn, ports });
  }
  const network = subnetId === undefined ? instanceNetworkOf(definition) : undefined;
  const ports = hostPortWishes(definition);
  return network && ports.length > 0
    ? (taskArn) => publicIps.allocateHostPorts(network, { taskArn, ports })
    : undefined;
}

/** An address and ports for each task. When one allocation breaks, none of the tasks will be: the others are taken back. */
async function allocateAll(
  placed: readonly PlacedTask[],
  { cluster, ...scope }: TaskBatch,
  { publicIps }: Parts,
  allocate: Allocate,
): Promise<(TaskPublicIp | PublicPortsExhausted | undefined)[]> {
  const arns = placed.map(({ id }) => taskArn(scope, cluster.name, id));
  const outcomes = await Promise.allSettled(arns.map(allocate));
  const broken = outcomes.find((one) => one.status === 'rejected' && !(one.reason instanceof PublicPortsExhausted));
  if (broken?.status !== 'rejected') {
    return outcomes.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as PublicPortsExhausted)));
  }
  await Promise.allSettled(
    outcomes.map(
      async (one, i) => one.status === 'fulfilled' && one.value && publicIps.release(arns[i] ?? '', one.value),
    ),
  );
  throw broken.reason;
}

function recordOf(
  { id, placement }: PlacedTask,
  batch: TaskBatch,
  publicIp: TaskPublicIp | undefined,
  { clock }: Parts,
): TaskRecord {
  const { subnetId, definition, volumeConfigurations = [] } = batch;
  return newTaskRecord({
    ...batch,
    id,
    containerIds: (definition.containerDefinitions ?? []).map(() => randomUUID()),
    networkInterface:
      subnetId === undefined
        ? undefined
        : { attachmentId: randomUUID(), subnetId, random: randomBytes(14).toString('hex') },
    placement,
    volumeAttachments: volumeConfigurations.map((one) =>
      volumeAttachment(one, randomUUID(), randomBytes(9).toString('hex')),
    ),
    publicIp,
    createdAt: clock.now(),
  });
}

/** A task whose acceptance could not be written is none, and its ports are for others. */
async function commitOrTakeBack(records: readonly TaskRecord[], { store, publicIps }: Parts): Promise<void> {
  try {
    await store.commit();
  } catch (error) {
    for (const { arn } of records) store.tasks.delete(arn);
    await Promise.allSettled(records.map(async ({ arn, publicIp }) => publicIp && publicIps.release(arn, publicIp)));
    throw error;
  }
}
