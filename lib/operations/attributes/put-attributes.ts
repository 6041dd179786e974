import { AwsError, invalidParameter } from '../../errors.ts';
import type { Attribute, ContainerInstance } from '../../model/container-instance.ts';
import { findCluster } from '../../store/lookups.ts';
import { instancesByArn, putInstance } from '../container-instances/instances.ts';
import type { Context, Operation } from '../operation.ts';
import { checkAttributes, checkNumber, targetOf } from './attribute-rules.ts';

/** "You can add up to 10 custom attributes to a resource" ("Add an attribute to an Amazon ECS container instance"). */
const mostOfOne = 10;

/** All of the attributes are put or none: what is wrong with one is found before the first. */
export const putAttributes: Operation<'PutAttributes'> = async (input, context) => {
  const { attributes = [] } = input;
  const cluster = findCluster(context.store, context, input.cluster);
  checkNumber('PutAttributes', attributes);
  checkAttributes(attributes);
  checkOwn(attributes);
  const instances = instancesByArn(cluster, context);
  const targets = new Map(attributes.map((one) => [one, targetOf(one, cluster, instances)]));
  const changes = new Map<ContainerInstance, Attribute[]>();
  for (const [attribute, instance] of targets) {
    changes.set(instance, withAttribute(changes.get(instance) ?? attributesPut(instance, context), attribute));
  }
  for (const [instance, changed] of changes) checkLimit(instance, changed);
  for (const [instance, changed] of changes) putInstance(instance, cluster, { attributes: changed }, context);
  await context.store.commit();
  return { attributes: attributes.map((one) => ({ ...one, targetId: targets.get(one)?.arn })) };
};

function checkOwn(attributes: readonly Attribute[]): void {
  const reserved = attributes.find(({ name }) => name?.startsWith('ecs.'));
  if (reserved) throw invalidParameter(`The attribute ${reserved.name} cannot be put: the prefix ecs. is ECS's own.`);
}

const attributesPut = ({ arn }: ContainerInstance, { store }: Context): readonly Attribute[] =>
  store.containerInstances.get(arn)?.attributes ?? [];

const withAttribute = (attributes: readonly Attribute[], { name, value }: Attribute): Attribute[] => [
  ...attributes.filter((one) => one.name !== name),
  { name, ...(value !== undefined && { value }) },
];

function checkLimit({ arn }: ContainerInstance, attributes: readonly Attribute[]): void {
  if (attributes.length <= mostOfOne) return;
  throw new AwsError(
    'AttributeLimitExceededException',
    `The container instance ${arn} can have at most ${mostOfOne} attributes of its own, but would have ${attributes.length}.`,
  );
}
