import { AwsError, invalidParameter } from '../../errors.ts';
import type { ClusterRecord } from '../../model/cluster.ts';
import type { Attribute, ContainerInstance } from '../../model/container-instance.ts';
import { containerInstanceArnOf } from '../../store/container-instances.ts';

/** "You can specify up to 10 custom attributes in a single call" (API_PutAttributes.html, API_DeleteAttributes.html). */
const mostAtOnce = 10;

/** The characters and lengths of API_Attribute.html. @throws InvalidParameterException */
export function checkAttributes(attributes: readonly Attribute[]): void {
  for (const { name = '', value } of attributes) {
    if (!/^[\w./\\-]{1,128}$/.test(name)) {
      throw invalidParameter(
        `An attribute's name has 1 to 128 letters, numbers and characters of -_./\\, but was '${name}'.`,
      );
    }
    if (value !== undefined && !/^(?! )[\w.@/\\: -]{1,128}(?<! )$/.test(value)) {
      throw invalidParameter(
        `The value of the attribute ${name} has 1 to 128 letters, numbers, spaces inside and characters of -_.@/\\:, but was '${value}'.`,
      );
    }
  }
}

/** @throws InvalidParameterException */
export function checkNumber(operation: string, attributes: readonly Attribute[]): void {
  if (attributes.length === 0 || attributes.length > mostAtOnce) {
    throw invalidParameter(`${operation} takes 1 to ${mostAtOnce} attributes, but was given ${attributes.length}.`);
  }
}

/** Which of the cluster's container instances an attribute is of. @throws TargetNotFoundException, InvalidParameterException */
export function targetOf(
  { name, targetId }: Attribute,
  cluster: ClusterRecord,
  instances: ReadonlyMap<string, ContainerInstance>,
): ContainerInstance {
  if (targetId === undefined) throw invalidParameter(`The attribute ${name} needs a targetId.`);
  const instance = instances.get(containerInstanceArnOf(cluster, targetId));
  if (!instance || instance.status === 'INACTIVE') {
    throw new AwsError(
      'TargetNotFoundException',
      `The specified target ${targetId} was not found in cluster ${cluster.name}. ListContainerInstances tells its container instances.`,
    );
  }
  return instance;
}
