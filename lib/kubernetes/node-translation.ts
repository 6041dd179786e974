import type { V1Node, V1Taint } from '@kubernetes/client-node';
import type { Node } from '../model/node.ts';
import { quantity } from '../util/quantity.ts';
import { seconds } from './seconds.ts';

/** A node in ECS's terms; undefined for one that no Pod of ours can come to, as a control plane that is tainted. */
export function nodeOf({ metadata, spec, status }: V1Node): Node | undefined {
  const { labels = {}, name = '' } = metadata ?? {};
  if (spec?.taints?.some(keepsPodsAway)) return undefined;
  const address = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  const zone = labels['topology.kubernetes.io/zone'];
  const instanceType = labels['node.kubernetes.io/instance-type'];
  const {
    architecture,
    operatingSystem = 'linux',
    kubeletVersion = '',
    containerRuntimeVersion = '',
  } = status?.nodeInfo ?? {};
  return {
    name,
    ...(address !== undefined && { address }),
    ready: status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false,
    schedulable: !spec?.unschedulable,
    cpu: Math.floor(quantity(status?.allocatable?.['cpu'] ?? '0') * 1024),
    memory: Math.floor(quantity(status?.allocatable?.['memory'] ?? '0') / 2 ** 20),
    architecture: architecture === 'arm64' ? 'arm64' : 'x86_64',
    operatingSystem,
    ...(instanceType !== undefined && { instanceType }),
    ...(zone !== undefined && { zone }),
    agentVersion: kubeletVersion,
    containerRuntime: containerRuntimeVersion,
    createdAt: seconds(metadata?.creationTimestamp) ?? 0,
  };
}

/** Kubernetes' own taints come and go with the node's conditions ("Taints and Tolerations"): such a node is only not ready, or cordoned. */
const keepsPodsAway = ({ key, effect }: V1Taint): boolean =>
  effect !== 'PreferNoSchedule' && !key.startsWith('node.kubernetes.io/');
