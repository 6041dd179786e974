import { isDeepStrictEqual } from 'node:util';
import type { TaskDefinition } from '../model/task-definition.ts';
import { type TaskAction, launched, requestStop, withPublicIp } from '../model/task-progress.ts';
import type { TaskPublicIp, TaskRecord } from '../model/task.ts';
import { PublicIpUnavailable, PublicPortsExhausted } from '../public-ip/public-ip-provider.ts';
import type { PublicIps } from '../public-ip/public-ips.ts';
import { type TaskRuntime, TaskRefused } from '../runtime/task-runtime.ts';
import { messageOf } from '../util/message-of.ts';
import { limit } from './limit.ts';
import type { LiveTask } from './live-tasks.ts';
import { taskLaunch } from './task-launch.ts';

/** More launches at once only queue up in the Kubernetes API server. */
const launchesAtOnce = 32;

type Change = (record: TaskRecord) => TaskRecord;
/** Does what a task needs and answers what that changes in its record. It fails to be repeated. */
type Perform = (record: TaskRecord, live: LiveTask, definition: TaskDefinition | undefined) => Promise<Change>;

export function taskActions(runtime: TaskRuntime, publicIps: PublicIps): Readonly<Record<TaskAction, Perform>> {
  const limited = limit(launchesAtOnce);

  /** The public ports are published while the containers are being started: neither waits for the other. */
  const launch: Perform = async (record, _live, definition) => {
    if (!definition) return failing(`The task definition ${record.task.taskDefinitionArn} was deleted.`);
    const { publicIp } = record;
    const [run, publish] = await Promise.allSettled([
      limited(() => runtime.run(taskLaunch(record, definition))),
      publicIp && publicIps.publish(record.arn, publicIp),
    ]);
    const published: Change = (task) =>
      publish.status === 'fulfilled' && publish.value ? { ...task, publicIp: publish.value } : task;
    if (run.status === 'rejected') return chain(published, refusal(run.reason, TaskRefused));
    if (publish.status === 'rejected') return refusal(publish.reason, PublicPortsExhausted, PublicIpUnavailable);
    return chain(published, launched);
  };

  /** The ports are opened again, too: another Service may lead elsewhere. */
  const publish: Perform = async ({ arn, publicIp, task }, live) => {
    if (!publicIp) return unchanged;
    // Before it is asked for: what changes meanwhile is published once more.
    live.unpublished = false;
    try {
      const published = await publicIps.publish(arn, publicIp);
      live.opened = false;
      return (record) => (isDeepStrictEqual(record.publicIp, published) ? record : withPublicIp(record, published));
    } catch (error) {
      live.unpublished = true;
      // A task that runs is not ended for what may come back.
      if (task.startedAt !== undefined) throw error;
      return refusal(error, PublicPortsExhausted, PublicIpUnavailable);
    }
  };

  const open: Perform = async ({ arn, publicIp }, live) => {
    const { address, node } = live.observation ?? {};
    if (!publicIp || !address) return unchanged;
    try {
      const location = { taskArn: arn, address, ...(node?.address !== undefined && { nodeAddress: node.address }) };
      await publicIps.open(arn, publicIp, { ...location, route: (port) => runtime.route(location, port) });
      live.opened = true;
      return unchanged;
    } catch (error) {
      return failing(`The public ports ${portsOf(publicIp)} could not be opened: ${messageOf(error)}`);
    }
  };

  const stop: Perform = async ({ arn }, live) => {
    live.stopAsked = true;
    await runtime.stop(arn).catch((error: unknown) => {
      live.stopAsked = false;
      throw error;
    });
    return unchanged;
  };

  const release: Perform = async ({ arn, publicIp }) => {
    if (publicIp) await publicIps.release(arn, publicIp);
    return ({ publicIp: _released, ...rest }) => rest;
  };

  return { launch, publish, open, stop, release };
}

const unchanged: Change = (record) => record;

const chain =
  (first: Change, second: Change): Change =>
  (record) =>
    second(first(record));

const failing =
  (reason: string): Change =>
  (record) =>
    requestStop(record, {
      stopCode: record.task.startedAt === undefined ? 'TaskFailedToStart' : 'InfrastructureHealth',
      reason,
    });

/** What can never succeed ends the task; everything else is thrown, and tried again. */
function refusal(error: unknown, ...forGood: (new (message: string) => Error)[]): Change {
  const known = forGood.some((kind) => error instanceof kind);
  if (known && error instanceof Error) return failing(error.message);
  throw error;
}

const portsOf = ({ ports }: TaskPublicIp): string => ports.map(({ hostPort }) => hostPort).join(', ');
