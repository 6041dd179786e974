import { readJson, sendJson, type ApiRequest } from './api-request.ts';
import { kubernetesTime } from './kubernetes-object.ts';
import type { Pod } from './pod.ts';
import type { DeleteOptions, Registry } from './registry.ts';
import { pods } from './resource-types.ts';

/**
 * "API-initiated Eviction" (Kubernetes documentation): deletes a Pod and says so in its conditions, as
 * pkg/registry/core/pod/storage/eviction.go does. There are no disruption budgets here that could forbid it.
 */
export async function evict(request: ApiRequest, registry: Registry): Promise<void> {
  const { namespace, name = '', response } = request;
  const { deleteOptions = {} } = ((await readJson(request.request)) ?? {}) as { deleteOptions?: DeleteOptions };
  const pod = registry.get(pods, namespace, name) as Pod;
  registry.update(pods, pod, { ...pod, status: withTarget(pod) } as Pod, 'status');
  registry.delete(pods, registry.get(pods, namespace, name), deleteOptions);
  sendJson(response, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' });
}

function withTarget({ status }: Pod): object {
  const target = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastProbeTime: null,
    lastTransitionTime: kubernetesTime(new Date()),
  };
  const others = (status?.conditions ?? []).filter(({ type }) => type !== target.type);
  return { ...status, conditions: [...others, target] };
}
