import { unsupportedFeature } from '../../errors.ts';
import { describeContainerInstance } from '../../model/container-instance-description.ts';
import { tasksByInstance } from '../../store/container-instances.ts';
import { findCluster } from '../../store/lookups.ts';
import { checkAttributes } from '../attributes/attribute-rules.ts';
import type { Operation } from '../operation.ts';
import { checkTags } from '../tag-rules.ts';
import { findInstance, putInstance } from './instances.ts';

/** Brings a node back that was deregistered. Agents call it on AWS; here every node of Kubernetes is registered from the start. */
export const registerContainerInstance: Operation<'RegisterContainerInstance'> = async (input, context) => {
  const { store } = context;
  const cluster = findCluster(store, context, input.cluster);
  const { containerInstanceArn, attributes = [], tags = [] } = input;
  if (containerInstanceArn === undefined) {
    throw unsupportedFeature(
      'KECS registers the nodes of Kubernetes by itself and has no others; with the containerInstanceArn of one that was deregistered it is registered again.',
    );
  }
  checkTags(tags);
  checkAttributes(attributes);
  const instance = findInstance(containerInstanceArn, cluster, context);
  putInstance(instance, cluster, { status: 'ACTIVE', attributes, tags }, context);
  await store.commit();
  const tasks = tasksByInstance(store, cluster.arn).get(instance.arn) ?? [];
  return {
    containerInstance: describeContainerInstance(findInstance(containerInstanceArn, cluster, context), tasks, ['TAGS']),
  };
};
