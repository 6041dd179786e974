import type { KubernetesObject } from './kubernetes-object.ts';
import type { Container, Pod } from './pod.ts';
import { pods } from './resource-types.ts';
import { invalid, type Cause } from './status-error.ts';

/** What the API server fills in when it accepts a Pod. */
export function withPodDefaults(object: KubernetesObject): KubernetesObject {
  const pod = object as Pod;
  const causes = causesAgainst(pod);
  if (causes.length > 0) throw invalid(pods, pod.metadata.name, causes);
  const spec = {
    ...pod.spec,
    containers: pod.spec.containers.map(withContainerDefaults),
    ...(pod.spec.initContainers && { initContainers: pod.spec.initContainers.map(withContainerDefaults) }),
    restartPolicy: pod.spec.restartPolicy ?? 'Always',
    terminationGracePeriodSeconds: pod.spec.terminationGracePeriodSeconds ?? 30,
  };
  const defaults = {
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: 'default',
    serviceAccount: 'default',
    securityContext: {},
    schedulerName: 'default-scheduler',
    priority: 0,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
  };
  const status = { phase: 'Pending', qosClass: qosClassOf(pod) };
  return { ...pod, metadata: { ...pod.metadata, generation: 1 }, spec: { ...defaults, ...spec }, status };
}

function withContainerDefaults(container: Container): Container {
  const untagged = /(^|\/)[^:@/]+$/.test(container.image) || container.image.endsWith(':latest');
  const defaults = {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: untagged ? ('Always' as const) : ('IfNotPresent' as const),
  };
  const ports = container.ports?.map((port) => ({ ...port, protocol: port.protocol ?? ('TCP' as const) }));
  return { ...defaults, ...container, ...(ports && { ports }) };
}

function causesAgainst(pod: Pod): Cause[] {
  const containers = pod.spec?.containers ?? [];
  if (containers.length === 0) {
    return [{ reason: 'FieldValueRequired', field: 'spec.containers', message: 'Required value' }];
  }
  return containers.flatMap((container, index) => {
    const at = `spec.containers[${index}]`;
    const causes: Cause[] = [];
    if (!container.name) causes.push({ reason: 'FieldValueRequired', field: `${at}.name`, message: 'Required value' });
    if (!container.image)
      causes.push({ reason: 'FieldValueRequired', field: `${at}.image`, message: 'Required value' });
    return causes;
  });
}

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
function qosClassOf({ spec }: Pod): string {
  const all = [...spec.containers, ...(spec.initContainers ?? [])].map(({ resources }) => resources ?? {});
  if (all.every(({ limits, requests }) => !limits && !requests)) return 'BestEffort';
  const guaranteed = all.every(({ limits = {}, requests = {} }) =>
    ['cpu', 'memory'].every((name) => limits[name] !== undefined && (requests[name] ?? limits[name]) === limits[name]),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
