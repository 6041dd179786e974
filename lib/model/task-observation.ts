import { isDeepStrictEqual } from 'node:util';
import type { ContainerObservation, TaskObservation } from '../runtime/task-runtime.ts';
import { isVolume } from './launch-volumes.ts';
import { present } from '../util/present.ts';
import { containerInstanceArn } from './container-instance.ts';
import { attached, isNetworkInterface } from './network-interface.ts';
import type { TaskSight } from './task-sight.ts';
import type { Container, Task, TaskRecord } from './task.ts';

/** The record with all that the runtime has seen of the task; the same object if it holds that already. */
export function withObservation(record: TaskRecord, { observation, essential }: TaskSight, now: number): TaskRecord {
  if (!observation || record.task.lastStatus === 'STOPPED') return record;
  const { task } = record;
  const attachments = attachmentsWith(observation, record);
  const containers = (task.containers ?? []).map((container) => containerWith(container, observation, attachments));
  const seen: Task = {
    ...task,
    ...(observation.present && !task.connectivity && { connectivity: 'CONNECTED', connectivityAt: now }),
    ...instanceOf(record, observation),
    ...present({ pullStartedAt: observation.pullStartedAt, pullStoppedAt: observation.pullStoppedAt }),
    ...timesOf(task, observation, essential),
    ...(task.attachments && { attachments }),
    healthStatus: healthOf(containers, essential, observation),
    containers,
  };
  return isDeepStrictEqual(seen, task) ? record : { ...record, task: seen };
}

/** Where Kubernetes chose the node of a task that runs on a container instance. */
function instanceOf(
  { task, clusterArn, clusterName }: TaskRecord,
  { node }: TaskObservation,
): Pick<Task, 'containerInstanceArn'> {
  if (task.launchType !== 'EC2' || task.containerInstanceArn !== undefined || !node) return {};
  return { containerInstanceArn: containerInstanceArn({ arn: clusterArn, name: clusterName }, node.name) };
}

function attachmentsWith({ address }: TaskObservation, { task, region }: TaskRecord): NonNullable<Task['attachments']> {
  const attachments = task.attachments ?? [];
  if (!address) return attachments;
  return attachments.map((one) => {
    if (isVolume(one)) return one.status === 'CREATED' ? { ...one, status: 'ATTACHED' } : one;
    return isNetworkInterface(one) ? attached(one, address, region) : one;
  });
}

function containerWith(
  container: Container,
  { containers, address, present }: TaskObservation,
  attachments: NonNullable<Task['attachments']>,
): Container {
  const seen = containers.find(({ name }) => name === container.name);
  const attachmentId = attachments.find(isNetworkInterface)?.id;
  return {
    ...container,
    ...(seen && observedContainer(seen)),
    ...(!present && { lastStatus: 'STOPPED' }),
    ...(attachmentId && address && { networkInterfaces: [{ attachmentId, privateIpv4Address: address }] }),
    ...(container.managedAgents && { managedAgents: agentsWith(container.managedAgents, seen) }),
  };
}

const statusOf = { waiting: 'PENDING', running: 'RUNNING', stopped: 'STOPPED' } as const;

const observedContainer = (seen: ContainerObservation): Partial<Container> => ({
  lastStatus: statusOf[seen.state],
  ...present({
    exitCode: seen.exitCode,
    reason: seen.reason,
    runtimeId: seen.runtimeId,
    imageDigest: seen.imageDigest,
    healthStatus: seen.health,
  }),
});

function agentsWith(
  agents: NonNullable<Container['managedAgents']>,
  seen: ContainerObservation | undefined,
): NonNullable<Container['managedAgents']> {
  if (!seen) return agents;
  return agents.map((agent) => ({
    ...agent,
    lastStatus: statusOf[seen.state],
    ...present({ lastStartedAt: seen.startedAt }),
  }));
}

/** A task whose containers ran and ended before it was RUNNING did start; its execution ends with its last container. */
function timesOf(task: Task, { containers }: TaskObservation, essential: readonly string[]): Partial<Task> {
  const exited = containers.filter(({ name, state }) => state === 'stopped' && essential.includes(name));
  const startedAt = task.startedAt ?? latest(exited.map((container) => container.startedAt));
  const allStopped = containers.length > 0 && containers.every(({ state }) => state === 'stopped');
  return present({
    startedAt,
    executionStoppedAt: allStopped ? latest(containers.map(({ finishedAt }) => finishedAt)) : undefined,
  });
}

/** "If all essential containers in the task are reporting as HEALTHY, the task status also reports as HEALTHY" (API reference, Task). */
function healthOf(
  containers: readonly Container[],
  essential: readonly string[],
  observation: TaskObservation,
): NonNullable<Task['healthStatus']> {
  const checked = observation.containers.filter(({ health }) => health !== undefined).map(({ name }) => name);
  const states = containers
    .filter(({ name = '' }) => essential.includes(name) && checked.includes(name))
    .map(({ healthStatus }) => healthStatus);
  if (states.includes('UNHEALTHY')) return 'UNHEALTHY';
  return states.length > 0 && states.every((state) => state === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}

const latest = (times: readonly (number | undefined)[]): number | undefined => {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
};
