import type { V1NodeList, VersionInfo } from '@kubernetes/client-node';
import type { NodePortNetwork } from '../public-ip/node-port-network.ts';
import type { LoadBalancerNetwork, LoopbackNetwork } from '../public-ip/service-network.ts';
import { noSecretSource } from '../runtime/secret-source.ts';
import type { NodeSource } from '../runtime/node-source.ts';
import type { TaskRuntime } from '../runtime/task-runtime.ts';
import { type FoundAccess, accessStrategies } from './access-strategies.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import type { ConnectOptions } from './connect-options.ts';
import { k3dNameOf } from './k3d/kubeconfig.ts';
import { mappingsOfK3d } from './k3d/published-ports.ts';
import { selectorOf } from './labels.ts';
import { createKubernetesRuntime } from './kubernetes-runtime.ts';
import { createLoadBalancerNetwork } from './load-balancer-network.ts';
import { createLoopbackNetwork } from './loopback-network.ts';
import { createNodeSource } from './node-source.ts';
import { createNodePortNetwork } from './node-port-network.ts';
import type { ManifestOptions } from './pod-manifest.ts';
import { createEmbeddedRoutes, createRoutes } from './routes.ts';

export interface KubernetesCluster {
  readonly description: string;
  readonly version: string;
  readonly runtime: TaskRuntime;
  readonly nodes: NodeSource;
  readonly nodePortNetwork: NodePortNetwork;
  readonly loopbackNetwork: LoopbackNetwork;
  readonly loadBalancerNetwork: LoadBalancerNetwork;
  close(): Promise<void>;
}

/** @throws Error with the reason of each way that was tried. */
export async function connectKubernetes(options: ConnectOptions): Promise<KubernetesCluster> {
  const { found, api, version } = await firstThatAnswers(options);
  const { instanceId, log, kind, secretSource = noSecretSource } = options;
  const k3dName = kind === 'embedded' ? undefined : await k3dNameFor(options, found, api);
  const routes = options.embedded ? createEmbeddedRoutes(options.embedded) : createRoutes(api);
  const runtime = createKubernetesRuntime(api, manifestOptions(options), secretSource, routes, log);
  const nodes = createNodeSource(api, log);
  const services = { api, instanceId, log };
  const mappings = await mappingsOfK3d(k3dName, log);
  return {
    description: found.description,
    version,
    runtime,
    nodes,
    nodePortNetwork: createNodePortNetwork({ ...services, routes, mappings }),
    loopbackNetwork: createLoopbackNetwork({ ...services, routes }),
    loadBalancerNetwork: createLoadBalancerNetwork(services),
    close: () => {
      nodes.close();
      return runtime.close();
    },
  };
}

function manifestOptions(options: ConnectOptions): ManifestOptions {
  const { instanceId, cpuRequestRatio = 0.02, forbidPrivileged = false } = options;
  const { volumesDirectory = '/var/lib/kecs/volumes' } = options;
  return { instanceId, cpuRequestRatio, forbidPrivileged, volumesDirectory };
}

interface Answering {
  readonly found: FoundAccess;
  readonly api: ApiClient;
  readonly version: string;
}

async function firstThatAnswers(options: ConnectOptions): Promise<Answering> {
  const reasons: string[] = [];
  for (const strategy of accessStrategies) {
    try {
      const found = await strategy.find(options);
      if (found) return await answering(found, options.instanceId);
    } catch (error) {
      reasons.push(`${strategy.name}: ${(error as Error).message}`);
      options.log.debug(`No Kubernetes by ${strategy.name}: ${(error as Error).message}`);
    }
  }
  if (reasons.length === 0) reasons.push('there is no kubeconfig: neither $KUBECONFIG nor ~/.kube/config exists.');
  throw new Error(
    `No Kubernetes could be reached with cluster "${options.kind}": ${reasons.join(' ')} ` +
      'The option cluster: "embedded" needs none.',
  );
}

async function answering(found: FoundAccess, instanceId: string): Promise<Answering> {
  const api = createApiClient(found.access);
  try {
    const { gitVersion } = await api.get<VersionInfo>('/version');
    // Everybody may ask for the version; what tasks need is to be allowed too.
    await api.get('/api/v1/pods', { labelSelector: selectorOf('task', instanceId), limit: 1 });
    return { found, api, version: gitVersion };
  } catch (error) {
    api.close();
    throw new Error(`${found.description} cannot be used (${(error as Error).message}).`, { cause: error });
  }
}

async function k3dNameFor(options: ConnectOptions, found: FoundAccess, api: ApiClient): Promise<string | undefined> {
  if (options.kind === 'k3d') return options.k3dName;
  // Whoever may not list nodes can still run tasks.
  const nodes = await api.get<V1NodeList>('/api/v1/nodes').catch(() => ({ items: [] as V1NodeList['items'] }));
  return k3dNameOf(
    found.context,
    nodes.items.map(({ metadata }) => metadata?.name ?? ''),
  );
}
