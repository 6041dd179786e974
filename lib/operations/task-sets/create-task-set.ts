import { invalidParameter } from '../../errors.ts';
import { type RevisionPlan, planRevision } from '../../model/service-revision.ts';
import type { TaskSetRecord } from '../../model/service.ts';
import { inputDigestWithoutTags } from '../input-digest.ts';
import type { Context, Input, Operation } from '../operation.ts';
import { findDefinitionToRun } from '../services/service-definition.ts';
import { checkTags } from '../tag-rules.ts';
import { type ServiceWithTaskSets, findServiceWithTaskSets } from './find-task-set.ts';
import { newTaskSet } from './new-task-set.ts';
import { checkScale } from './scale.ts';
import { putTaskSets, taskSetOf } from './task-set-answer.ts';

export const createTaskSet: Operation<'CreateTaskSet'> = async (input, context) => {
  const { cluster, service } = findServiceWithTaskSets(input, context);
  const definition = findDefinitionToRun(input.taskDefinition, context);
  const plan = planRevision(input, { cluster, definition, strict: context.config.strict });
  const scale = checkScale(input.scale);
  checkTags(input.tags);
  const repeated = earlierTaskSet(input, service);
  const taskSet = repeated ?? taskSetFrom(input, scale, service, plan, context);
  const taskSets = repeated ? service.taskSets : [...service.taskSets, taskSet];
  const next = await putTaskSets(service, taskSets, context);
  return { taskSet: { ...taskSetOf(next, taskSet, context), tags: [...taskSet.tags] } };
};

function taskSetFrom(
  input: Input<'CreateTaskSet'>,
  scale: number,
  service: ServiceWithTaskSets,
  plan: RevisionPlan,
  { store, now }: Context,
): TaskSetRecord {
  const { externalId, clientToken, platformVersion, tags = [] } = input;
  const isOnFargate = plan.content.platformVersion !== undefined;
  const given = {
    status: 'ACTIVE',
    scale,
    tags,
    inputDigest: inputDigestWithoutTags(input),
    ...(externalId !== undefined && { externalId }),
    ...(clientToken !== undefined && { clientToken }),
    ...(isOnFargate && { platformVersion: platformVersion ?? 'LATEST' }),
  } as const;
  return newTaskSet(store, service, plan, given, now());
}

/** "An identifier that you provide to ensure the idempotency of the request … up to 36 ASCII characters" (API_CreateTaskSet.html). */
function earlierTaskSet(input: Input<'CreateTaskSet'>, { taskSets }: ServiceWithTaskSets): TaskSetRecord | undefined {
  const { clientToken } = input;
  if (clientToken === undefined) return undefined;
  if (clientToken.length > 36) throw invalidParameter('idempotency token longer than 36.');
  const earlier = taskSets.find((taskSet) => taskSet.clientToken === clientToken);
  if (earlier && earlier.inputDigest !== inputDigestWithoutTags(input)) {
    throw invalidParameter('Creation of task set was not idempotent.');
  }
  return earlier;
}
