import { taskDefinitionArn } from '../../model/arn.ts';
import { requiredAttributesOf } from '../../model/task-definition-attributes.ts';
import { compatibilitiesOf } from '../../model/task-definition-compatibilities.ts';
import { withDefaults } from '../../model/task-definition-defaults.ts';
import { checkTaskDefinition } from '../../model/task-definition-rules.ts';
import type { TaskDefinition } from '../../model/task-definition.ts';
import { familyKey } from '../../store/store.ts';
import type { Context, Operation } from '../operation.ts';
import { checkTags } from '../tag-rules.ts';

export const registerTaskDefinition: Operation<'RegisterTaskDefinition'> = async ({ tags = [], ...input }, context) => {
  const { config, store } = context;
  const content = withDefaults(input);
  checkTaskDefinition(content, input, config);
  checkTags(tags);
  const family = content.family ?? '';
  const revision = nextRevision(context, family);
  const arn = taskDefinitionArn(context, family, revision);
  const definition = asRegistered(content, arn, revision, context);
  store.taskDefinitions.put({ arn, family, revision, definition, tags });
  await store.commit();
  return { taskDefinition: definition, tags };
};

/** "The revision value always increases by one. This is even if you deregistered previous revisions" (API_TaskDefinition.html). */
function nextRevision({ store, account, region }: Context, family: string): number {
  const arn = familyKey(account, region, family);
  const latestRevision = (store.families.get(arn)?.latestRevision ?? 0) + 1;
  store.families.put({ arn, latestRevision });
  return latestRevision;
}

function asRegistered(content: TaskDefinition, arn: string, revision: number, context: Context): TaskDefinition {
  return {
    taskDefinitionArn: arn,
    ...content,
    revision,
    status: 'ACTIVE',
    requiresAttributes: requiredAttributesOf(content),
    compatibilities: compatibilitiesOf(content),
    registeredAt: context.now(),
    registeredBy: `arn:aws:iam::${context.account}:root`,
  };
}
