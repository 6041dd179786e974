import type { KubernetesObject } from './kubernetes-object.ts';
import type { ContainerStatus, Pod } from './pod.ts';
import { events, namespaces, nodes, pods, services, type ResourceType } from './resource-types.ts';
import type { Service } from './service.ts';

interface Column {
  readonly name: string;
  /** Shown by `-o wide` only. */
  readonly wide?: boolean;
  readonly cell: (object: KubernetesObject) => string;
}

/** The `Table` that kubectl asks for: the server chooses the columns. */
export function tableOf(
  type: ResourceType,
  objects: readonly KubernetesObject[],
  version: string,
  include: string,
): object {
  const columns = columnsOf(type);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: version },
    columnDefinitions: columns.map(({ name, wide }) => ({
      name,
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: wide ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object)),
      object:
        include === 'Object'
          ? object
          : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

const name: Column = { name: 'Name', cell: ({ metadata }) => metadata.name };
const age: Column = { name: 'Age', cell: ({ metadata }) => ageOf(metadata.creationTimestamp) };

function columnsOf(type: ResourceType): readonly Column[] {
  if (type === pods) return podColumns;
  if (type === services) return serviceColumns;
  if (type === events) return eventColumns;
  if (type === namespaces) return [name, { name: 'Status', cell: phaseOf }, age];
  if (type === nodes)
    return [name, { name: 'Status', cell: () => 'Ready' }, { name: 'Roles', cell: () => '<none>' }, age];
  return [name, age];
}

const podColumns: readonly Column[] = [
  name,
  { name: 'Ready', cell: (object) => readyOf(object as Pod) },
  { name: 'Status', cell: (object) => podReason(object as Pod) },
  {
    name: 'Restarts',
    cell: (object) => String(statusesOf(object as Pod).reduce((sum, one) => sum + one.restartCount, 0)),
  },
  age,
  { name: 'IP', wide: true, cell: (object) => (object as Pod).status?.podIP ?? '<none>' },
  { name: 'Node', wide: true, cell: (object) => (object as Pod).spec.nodeName ?? '<none>' },
];

const serviceColumns: readonly Column[] = [
  name,
  { name: 'Type', cell: (object) => (object as Service).spec.type ?? 'ClusterIP' },
  { name: 'Cluster-IP', cell: (object) => (object as Service).spec.clusterIP ?? '<none>' },
  {
    name: 'External-IP',
    cell: (object) => ((object as Service).spec.type === 'LoadBalancer' ? '<pending>' : '<none>'),
  },
  { name: 'Port(s)', cell: (object) => portsOf(object as Service) },
  age,
  {
    name: 'Selector',
    wide: true,
    cell: (object) =>
      Object.entries((object as Service).spec.selector ?? {})
        .map((pair) => pair.join('='))
        .join(',') || '<none>',
  },
];

const eventColumns: readonly Column[] = [
  { name: 'Last Seen', cell: (event) => ageOf(event['lastTimestamp'] as string) },
  { name: 'Type', cell: (event) => String(event['type']) },
  { name: 'Reason', cell: (event) => String(event['reason']) },
  { name: 'Object', cell: (event) => objectOf(event['involvedObject'] as { kind: string; name: string }) },
  { name: 'Message', cell: (event) => String(event['message']) },
];

function objectOf({ kind, name }: { kind: string; name: string }): string {
  return `${kind.toLowerCase()}/${name}`;
}

function phaseOf({ status }: KubernetesObject): string {
  return (status as { phase?: string } | undefined)?.phase ?? '';
}

function statusesOf({ status }: Pod): readonly ContainerStatus[] {
  return status?.containerStatuses ?? [];
}

function readyOf(pod: Pod): string {
  return `${statusesOf(pod).filter(({ ready }) => ready).length}/${pod.spec.containers.length}`;
}

/** The Status column as kubectl's users know it: a container's reason says more than the phase. */
function podReason(pod: Pod): string {
  if (pod.metadata.deletionTimestamp) return 'Terminating';
  const reasons = statusesOf(pod).flatMap(({ state }) => state.waiting?.reason ?? state.terminated?.reason ?? []);
  const isRunning = statusesOf(pod).some(({ state, ready }) => state.running && ready);
  return isRunning ? phaseOf(pod) : (reasons.at(-1) ?? phaseOf(pod));
}

function portsOf({ spec }: Service): string {
  const ports = spec.ports?.map(
    ({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`,
  );
  return ports?.join(',') || '<none>';
}

function ageOf(time: string | undefined): string {
  if (!time) return '<unknown>';
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(time)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
