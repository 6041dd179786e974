import { services } from './resource-types.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { ObjectStorage } from './object-storage.ts';
import type { Service, ServicePort, ServiceSpec } from './service.ts';
import { invalid, type Cause } from './status-error.ts';

export interface NodePortRange {
  readonly first: number;
  readonly last: number;
}

/** What the API server fills in when it accepts a Service: an address and NodePorts, each given out once. */
export function withServiceDefaults(
  object: KubernetesObject,
  storage: ObjectStorage,
  range: NodePortRange,
): KubernetesObject {
  const service = object as Service;
  const others = (storage.list(services) as Service[]).filter(
    ({ metadata }) => metadata.name !== service.metadata.name || metadata.namespace !== service.metadata.namespace,
  );
  const spec = service.spec ?? {};
  const type = spec.type ?? 'ClusterIP';
  const ports = (spec.ports ?? []).map((port) => ({
    ...port,
    protocol: port.protocol ?? ('TCP' as const),
    targetPort: port.targetPort ?? port.port,
  }));
  const hasNodePorts = type === 'NodePort' || type === 'LoadBalancer';
  return {
    ...service,
    spec: {
      ...addresses(spec, others),
      ...(hasNodePorts && { externalTrafficPolicy: 'Cluster' }),
      internalTrafficPolicy: 'Cluster',
      sessionAffinity: 'None',
      ...spec,
      type,
      ports: hasNodePorts ? withNodePorts(service, ports, others, range) : ports,
    },
    status: service.status ?? { loadBalancer: {} },
  };
}

/** An update that leaves out the address or the NodePorts of a Service keeps them. */
export function withAllocated(wanted: Service, current: Service): Service {
  const { clusterIP, clusterIPs, ports: before } = current.spec;
  const keepsPorts = (wanted.spec.type ?? 'ClusterIP') !== 'ClusterIP';
  const ports = wanted.spec.ports?.map((port) => {
    const same = before?.find((one) => one.port === port.port && one.protocol === (port.protocol ?? 'TCP'));
    return keepsPorts && same?.nodePort && !port.nodePort ? { ...port, nodePort: same.nodePort } : port;
  });
  return { ...wanted, spec: { ...(clusterIP && { clusterIP, clusterIPs }), ...wanted.spec, ...(ports && { ports }) } };
}

function addresses(spec: ServiceSpec, others: readonly Service[]): object {
  if (spec.type === 'ExternalName') return {};
  const taken = new Set(others.map((other) => other.spec.clusterIP));
  let clusterIP = spec.clusterIP;
  for (let i = 2; !clusterIP; i++) {
    const candidate = `10.96.${i >> 8}.${i & 255}`;
    if (!taken.has(candidate)) clusterIP = candidate;
  }
  return { clusterIP, clusterIPs: [clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
}

function withNodePorts(
  service: Service,
  ports: readonly ServicePort[],
  others: readonly Service[],
  range: NodePortRange,
): ServicePort[] {
  const taken = new Set(others.flatMap(({ spec }) => (spec.ports ?? []).map(({ nodePort }) => nodePort)));
  const own = new Set<string>();
  return ports.map((port, index) => {
    const cause = port.nodePort && causeAgainst(port.nodePort, port.protocol, taken, own, range);
    if (cause) {
      const field = `spec.ports[${index}].nodePort`;
      const message = `Invalid value: ${port.nodePort}: ${cause}`;
      throw invalid(services, service.metadata.name, [{ reason: 'FieldValueInvalid', field, message } satisfies Cause]);
    }
    const nodePort = port.nodePort ?? freeNodePort(taken, range);
    own.add(`${nodePort}/${port.protocol}`);
    if (!port.nodePort) taken.add(nodePort);
    return { ...port, nodePort };
  });
}

/** One Service may have a NodePort for TCP and for UDP; two Services never share one. */
function causeAgainst(
  nodePort: number,
  protocol: string | undefined,
  taken: ReadonlySet<number | undefined>,
  own: ReadonlySet<string>,
  range: NodePortRange,
): string | undefined {
  if (nodePort < range.first || nodePort > range.last) {
    return `provided port is not in the valid range. The range of valid ports is ${range.first}-${range.last}`;
  }
  return taken.has(nodePort) || own.has(`${nodePort}/${protocol}`) ? 'provided port is already allocated' : undefined;
}

function freeNodePort(taken: ReadonlySet<number | undefined>, range: NodePortRange): number {
  const size = range.last - range.first + 1;
  const start = Math.floor(Math.random() * size);
  for (let i = 0; i < size; i++) {
    const candidate = range.first + ((start + i) % size);
    if (!taken.has(candidate)) return candidate;
  }
  throw new Error(`Every NodePort from ${range.first} to ${range.last} is allocated.`);
}
