import type { V1EndpointSlice, V1Node, V1NodeList, V1PodList, V1Service, V1ServiceList } from '@kubernetes/client-node';
import { type ApiClient, isStatus } from '../api-client.ts';
import { labels } from '../labels.ts';

/** Where KECS listens, for the nodes. */
export interface ApiEndpoint {
  readonly address: string;
  readonly port: number;
}

const namespace = 'kecs-system';
const servicesPath = `/api/v1/namespaces/${namespace}/services`;
const slicesPath = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
const nameOf = (nodePort: number): string => `kecs-api-${nodePort}`;

/**
 * Leads a port of every node to KECS: kube-proxy takes the addresses of a load balancer for its Service wherever they
 * arrive, and a Service without a selector has the endpoints that it is given ("Services without selectors"). So no Pod
 * and no image is needed. The class keeps the load balancers of the cluster away.
 */
export async function publishApi(api: ApiClient, nodePort: number, endpoint: ApiEndpoint): Promise<void> {
  const name = nameOf(nodePort);
  await withdrawApi(api, nodePort);
  await makeNamespace(api);
  await api.post(slicesPath, endpointSlice(name, endpoint));
  await api.post(servicesPath, service(name, nodePort, endpoint.port));
  const { items } = await api.get<V1NodeList>('/api/v1/nodes');
  const ingress = items.flatMap(internalAddresses).map((ip) => ({ ip }));
  await api.patch(`${servicesPath}/${name}/status`, { status: { loadBalancer: { ingress } } });
}

export async function withdrawApi(api: ApiClient, nodePort: number): Promise<void> {
  for (const path of [servicesPath, slicesPath]) {
    await api.delete(`${path}/${nameOf(nodePort)}`).catch(unless(404));
  }
}

/** The KECS that the port leads to by now, which may have been killed. */
export async function publishedApi(api: ApiClient, nodePort: number): Promise<ApiEndpoint | undefined> {
  const slice = await api.get<V1EndpointSlice>(`${slicesPath}/${nameOf(nodePort)}`).catch(unless(404));
  const address = slice?.endpoints?.[0]?.addresses[0];
  const port = slice?.ports?.[0]?.port;
  return address !== undefined && port !== undefined ? { address, port } : undefined;
}

/** What else answers on the port of the nodes, in words: it would be cut off. */
export async function ownerOfNodePort(api: ApiClient, port: number): Promise<string | undefined> {
  const { items: services } = await api.get<V1ServiceList>('/api/v1/services');
  const service = services.find(
    ({ metadata, spec }) =>
      metadata?.namespace !== namespace &&
      spec?.type === 'LoadBalancer' &&
      spec.ports?.some((one) => one.port === port),
  );
  if (service) return `Service ${service.metadata?.namespace}/${service.metadata?.name}`;
  const { items: pods } = await api.get<V1PodList>('/api/v1/pods');
  const pod = pods.find(({ spec }) =>
    spec?.containers.some(({ ports }) => ports?.some((one) => one.hostPort === port)),
  );
  return pod && `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`;
}

async function makeNamespace(api: ApiClient): Promise<void> {
  const metadata = { name: namespace, labels: { [labels.managedBy]: 'kecs' } };
  await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata }).catch(unless(409));
}

const service = (name: string, port: number, targetPort: number): V1Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, labels: { [labels.managedBy]: 'kecs' } },
  spec: {
    type: 'LoadBalancer',
    loadBalancerClass: 'kecs.dev/api',
    allocateLoadBalancerNodePorts: false,
    ports: [{ name: 'api', port, targetPort, protocol: 'TCP' }],
  },
});

const endpointSlice = (name: string, { address, port }: ApiEndpoint): V1EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name, namespace, labels: { [labels.managedBy]: 'kecs', 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  ports: [{ name: 'api', port, protocol: 'TCP' }],
  endpoints: [{ addresses: [address], conditions: { ready: true } }],
});

const internalAddresses = ({ status }: V1Node): string[] =>
  (status?.addresses ?? []).flatMap(({ type, address }) => (type === 'InternalIP' ? [address] : []));

const unless =
  (status: number) =>
  (error: unknown): undefined => {
    if (!isStatus(error, status)) throw error;
  };
