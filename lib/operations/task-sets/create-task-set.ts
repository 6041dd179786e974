import { invalidParameter } from '../../errors.ts';
import { planRevision } from '../../model/service-revision.ts';
import type { TaskSetRecord } from '../../model/service.ts';
import type { Input, Operation } from '../operation.ts';
import { findDefinitionToRun } from '../services/service-definition.ts';
import { checkTags } from '../tag-rules.ts';
import {
  type ServiceWithTaskSets,
  checkScale,
  digestOf,
  findServiceWithTaskSets,
  newTaskSet,
  putTaskSets,
  taskSetOf,
} from './task-sets.ts';

export const createTaskSet: Operation<'CreateTaskSet'> = async (input, context) => {
  const { store, config, now } = context;
  const { cluster, service } = findServiceWithTaskSets(input, context);
  const { externalId, clientToken, platformVersion, tags = [] } = input;
  const definition = findDefinitionToRun(input.taskDefinition, context);
  const plan = planRevision(input, { cluster, definition, strict: config.strict });
  const scale = checkScale(input.scale);
  checkTags(tags);
  const repeated = earlierTaskSet(input, service);
  const isOnFargate = plan.content.platformVersion !== undefined;
  const taskSet =
    repeated ??
    newTaskSet(
      store,
      service,
      plan,
      {
        status: 'ACTIVE',
        scale,
        tags,
        inputDigest: digestOf(input),
        ...(externalId !== undefined && { externalId }),
        ...(clientToken !== undefined && { clientToken }),
        ...(isOnFargate && { platformVersion: platformVersion ?? 'LATEST' }),
      },
      now(),
    );
  const next = await putTaskSets(service, repeated ? service.taskSets : [...service.taskSets, taskSet], context);
  return { taskSet: { ...taskSetOf(next, taskSet, context), tags: [...taskSet.tags] } };
};

/** "An identifier that you provide to ensure the idempotency of the request … up to 36 ASCII characters" (API_CreateTaskSet.html). */
function earlierTaskSet(
  input: Input<'CreateTaskSet'>,
  { taskSets }: ServiceWithTaskSets['service'],
): TaskSetRecord | undefined {
  const { clientToken } = input;
  if (clientToken === undefined) return undefined;
  if (clientToken.length > 36) throw invalidParameter('idempotency token longer than 36.');
  const earlier = taskSets.find((taskSet) => taskSet.clientToken === clientToken);
  if (earlier && earlier.inputDigest !== digestOf(input)) {
    throw invalidParameter('Creation of task set was not idempotent.');
  }
  return earlier;
}
