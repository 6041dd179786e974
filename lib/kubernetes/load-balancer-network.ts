import type { CoreV1EventList, V1PodList } from '@kubernetes/client-node';
import type { LoadBalancerNetwork, NoAddress } from '../public-ip/service-network.ts';
import type { ApiClient } from './api-client.ts';
import { type TaskNames, taskNames } from './names.ts';
import { whenServed } from './service-endpoints.ts';
import { type TaskServicesOptions, taskServicesOf } from './task-services.ts';

export const createLoadBalancerNetwork = (options: Omit<TaskServicesOptions, 'type'>): LoadBalancerNetwork => ({
  ...taskServicesOf({ ...options, type: 'task-loadbalancer' }),
  whenServed: (taskArn) => whenServed(options.api, taskArn),
  whyNoAddress: (taskArn) => whyNoAddress(options.api, taskNames(taskArn)),
});

async function whyNoAddress(api: ApiClient, names: TaskNames): Promise<NoAddress> {
  const service = `${names.name} in the namespace ${names.namespace}`;
  // Whoever may not read events or Pods of others can still run tasks.
  const reasons = await Promise.all([
    serviceLbSays(api, names).catch(() => undefined),
    eventsSay(api, names).catch(() => undefined),
  ]);
  const reason = reasons.find((one) => one !== undefined);
  return { service, ...(reason !== undefined && { reason }) };
}

/** k3s' servicelb makes Pods that hold the Service's ports on the nodes (pkg/cloudprovider/servicelb.go: their labels). */
async function serviceLbSays(api: ApiClient, { namespace, name }: TaskNames): Promise<string | undefined> {
  const { items } = await api.get<V1PodList>('/api/v1/pods', {
    labelSelector: `svccontroller.k3s.cattle.io/svcname=${name},svccontroller.k3s.cattle.io/svcnamespace=${namespace}`,
  });
  const waiting = items.find(({ status }) => status?.phase === 'Pending');
  if (!waiting) return undefined;
  const unscheduled = waiting.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status !== 'True',
  );
  const words = unscheduled?.message ?? 'it is still being started';
  return (
    `The Pod ${waiting.metadata?.name ?? ''} of k3s' servicelb does not run yet: ${asSentence(words)} servicelb gives each ` +
    "Service the nodes' own addresses, so that only one task can have a port; MetalLB gives each task an address of its own."
  );
}

/** Such as MetalLB's "AllocationFailed" and the "SyncLoadBalancerFailed" of cloud providers. */
async function eventsSay(api: ApiClient, { namespace, name }: TaskNames): Promise<string | undefined> {
  const { items } = await api.get<CoreV1EventList>(`/api/v1/namespaces/${namespace}/events`, {
    fieldSelector: `involvedObject.kind=Service,involvedObject.name=${name},type=Warning`,
  });
  const last = items.at(-1);
  if (!last) return undefined;
  return `Its load balancer says: ${asSentence(`${last.reason ?? ''}: ${last.message ?? ''}`)}`;
}

const asSentence = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`);
