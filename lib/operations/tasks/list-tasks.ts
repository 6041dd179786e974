import { invalidParameter } from '../../errors.ts';
import { parseArn } from '../../model/arn.ts';
import { serviceGroup } from '../../model/service.ts';
import type { TaskRecord } from '../../model/task.ts';
import { findCluster, parseTaskDefinition } from '../../store/lookups.ts';
import { findService } from '../../store/service-lookups.ts';
import type { Context, Input, Operation } from '../operation.ts';
import { page } from '../paging.ts';

export const listTasks: Operation<'ListTasks'> = async (input, context) => {
  checkFilters(input);
  const { store } = context;
  const cluster = findCluster(store, context, input.cluster);
  const { desiredStatus = 'RUNNING' } = input;
  // "Amazon ECS never sets the desired status of a task to" PENDING (API reference, ListTasks).
  const candidates = desiredStatus === 'PENDING' ? [] : [...store.tasks.inCluster(cluster.arn, desiredStatus)];
  if (input.serviceName !== undefined) findService(store, cluster, input.serviceName);
  const filters = filtersOf(input, context);
  const found = candidates.filter((record) => filters.every((matches) => matches(record)));
  const { items, nextToken } = page(found, input, ({ arn }) => arn);
  // A task may have been accepted just now: what is answered must be on disk.
  await store.commit();
  return { taskArns: items.map(({ arn }) => arn), ...(nextToken !== undefined && { nextToken }) };
};

/** "When you specify startedBy as the filter, it must be the only filter that you use" (API reference, ListTasks). */
function checkFilters({ startedBy, family, serviceName, containerInstance, daemonName }: Input<'ListTasks'>): void {
  if (startedBy === undefined) return;
  if ([family, serviceName, containerInstance, daemonName].some((filter) => filter !== undefined)) {
    throw invalidParameter('startedBy must be the only filter of ListTasks when it is given.');
  }
}

type Filter = (record: TaskRecord) => boolean;

function filtersOf(input: Input<'ListTasks'>, context: Context): Filter[] {
  const { family, serviceName, startedBy, launchType, containerInstance, daemonName } = input;
  const filters: Filter[] = [];
  if (family !== undefined) filters.push(({ task }) => familyOf(task.taskDefinitionArn, context) === family);
  if (serviceName !== undefined) {
    const group = serviceGroup(lastPart(serviceName));
    filters.push(({ task }) => task.group === group);
  }
  if (daemonName !== undefined) filters.push(({ task }) => task.group === `daemon:${lastPart(daemonName)}`);
  if (startedBy !== undefined) filters.push(({ task }) => task.startedBy === startedBy);
  if (launchType !== undefined) filters.push(({ task }) => task.launchType === launchType);
  if (containerInstance !== undefined) {
    const id = lastPart(containerInstance);
    filters.push(({ task }) => lastPart(task.containerInstanceArn ?? '') === id);
  }
  return filters;
}

const familyOf = (taskDefinitionArn = '', context: Context): string | undefined =>
  parseTaskDefinition(context, taskDefinitionArn)?.family;

/** A resource is named by its ARN or by the last part of it. */
const lastPart = (nameOrArn: string): string => parseArn(nameOrArn)?.resource.split('/').at(-1) ?? nameOrArn;
