import { AwsError } from '../../errors.ts';
import { findCluster } from '../../store/lookups.ts';
import type { Operation } from '../operation.ts';
import { findInstance } from './instances.ts';

/** The agent of a node is its kubelet, which Kubernetes' owner updates. */
export const updateContainerAgent: Operation<'UpdateContainerAgent'> = async (input, context) => {
  const cluster = findCluster(context.store, context, input.cluster);
  const { node } = findInstance(input.containerInstance ?? '', cluster, context);
  throw new AwsError(
    'NoUpdateAvailableException',
    `There is no update available for your container agent: it is the kubelet ${node.agentVersion} of node ${node.name}.`,
  );
};
