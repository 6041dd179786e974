/** The labels and annotations of what KECS makes in Kubernetes; everything it finds again, it finds by these. */
export const labels = {
  taskId: 'kecs.dev/task-id',
  managedBy: 'kecs.dev/managed-by',
  type: 'kecs.dev/type',
  instance: 'kecs.dev/instance',
} as const;

export const annotations = {
  taskArn: 'kecs.dev/task-arn',
  cluster: 'kecs.dev/cluster',
  region: 'kecs.dev/region',
  /** JSON: Kubernetes name → ECS name, where the two differ. */
  containerNames: 'kecs.dev/container-names',
  /** JSON: Service port name → ECS container name. */
  portContainers: 'kecs.dev/port-containers',
  /** JSON: ECS container name → its health check's startPeriod, which no Kubernetes probe has. */
  startPeriods: 'kecs.dev/health-start-periods',
  /** JSON: ECS container name → what it waits for in others. */
  startConditions: 'kecs.dev/start-conditions',
  /** The Kubernetes names of containers whose start was held back and is so no longer. */
  started: 'kecs.dev/started',
  /** JSON: ECS container name → when Kubernetes' restart of it is one of ECS too. */
  restartRules: 'kecs.dev/restart-rules',
  /** JSON: ECS container name → its dockerLabels. */
  dockerLabels: 'kecs.dev/docker-labels',
} as const;

/** What an object is for: a task's Pod, what that keeps secret or waits for, or its Service for one of the providers of public IPs. */
export type ObjectType = 'task' | 'task-secret' | 'task-start' | ServiceType;
export type ServiceType = 'task-nodeport' | 'task-loopback' | 'task-loadbalancer';

export const objectLabels = (type: ObjectType, taskId: string, instanceId: string) => ({
  [labels.taskId]: taskId,
  [labels.managedBy]: 'kecs',
  [labels.type]: type,
  [labels.instance]: instanceId,
});

export const selectorOf = (type: ObjectType, instanceId: string): string =>
  `${labels.managedBy}=kecs,${labels.instance}=${instanceId},${labels.type}=${type}`;
