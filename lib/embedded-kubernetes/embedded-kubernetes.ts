import { randomBytes } from 'node:crypto';
import { ApiServer } from './apiserver.ts';
import type { ContainerRuntime } from './container-runtime.ts';
import type { DockerOptions } from './docker/docker-runtime.ts';
import { EndpointSliceController } from './endpoint-slices.ts';
import { EventRecorder } from './event-recorder.ts';
import { KubeProxy } from './kube-proxy.ts';
import { kubeconfig } from './kubeconfig.ts';
import { Kubelet } from './kubelet.ts';
import { nodeObject } from './node-object.ts';
import { ObjectStorage } from './object-storage.ts';
import { PodNetwork, type PortAddress } from './pod-network.ts';
import { Registry } from './registry.ts';
import { namespaces, nodes } from './resource-types.ts';
import type { NodePortRange } from './service-defaults.ts';
import { simulatedRuntime, type HostCommands } from './simulated-runtime.ts';
import { type Log, silentLog } from '../util/log.ts';

export interface EmbeddedKubernetesOptions {
  /** Image pattern (`*` matches any run of characters) → the host command that stands for it; other images are simulated. */
  readonly images: HostCommands;
  /** Runs containers in Docker, in place of all that. */
  readonly docker?: DockerOptions;
  /** Where NodePorts listen; 127.0.0.1 unless told otherwise. */
  readonly nodeAddress?: string;
  /** Of the API server on 127.0.0.1; any free one unless told otherwise. */
  readonly port?: number;
  /** What clients must present; random unless told otherwise. */
  readonly token?: string;
  /** 30000–32767 unless told otherwise, as in Kubernetes. */
  readonly nodePortRange?: NodePortRange;
  readonly log?: Log;
}

export interface EmbeddedKubernetes {
  readonly url: string;
  readonly token: string;
  /** What runs the containers, e.g. `docker://27.5.1`. */
  readonly containerRuntime: string;
  /** The text of a kubeconfig file for kubectl and client libraries. */
  kubeconfig(): string;
  /** Where a port of a Pod really listens on this host, for its address is fictitious; undefined while it does not. */
  listenerOf(podAddress: string, port: number, protocol: 'tcp' | 'udp'): PortAddress | undefined;
  /** Ends all containers and servers; nothing is left listening. */
  close(): Promise<void>;
}

/**
 * Starts a Kubernetes within this process: an API server over HTTP and one node.
 * @throws Error with the way out when Docker is wanted and cannot be used
 */
export async function startEmbeddedKubernetes(options: EmbeddedKubernetesOptions): Promise<EmbeddedKubernetes> {
  const { nodeAddress = '127.0.0.1', port = 0, log = silentLog } = options;
  const token = options.token ?? randomBytes(24).toString('base64url');
  const storage = new ObjectStorage();
  const registry = new Registry(storage, options.nodePortRange ?? { first: 30_000, last: 32_767 });
  const recorder = new EventRecorder(registry);
  const network = new PodNetwork();
  const runtime = await runtimeOf(options, storage, network, log);
  for (const name of ['default', 'kube-system']) registry.create(namespaces, undefined, { metadata: { name } });
  registry.create(nodes, undefined, nodeObject(nodeAddress, runtime.version));
  const kubelet = new Kubelet({
    registry,
    recorder,
    network,
    runtime,
    hostIP: nodeAddress,
    warn: (message) => log.warn(message),
  });
  const endpointSlices = new EndpointSliceController(registry);
  const kubeProxy = new KubeProxy(storage, network, recorder, nodeAddress);
  const apiServer = new ApiServer({ registry, kubelet, network, token, port, log: (message) => log.warn(message) });
  await apiServer.listen();
  const url = `http://127.0.0.1:${apiServer.port}`;
  log.debug(`The embedded Kubernetes answers on ${url}.`);
  return {
    url,
    token,
    containerRuntime: runtime.version,
    kubeconfig: () => kubeconfig(url, token),
    listenerOf: (address, at, protocol) => network.find(address, at, protocol === 'udp' ? 'UDP' : 'TCP'),
    close: async () => {
      endpointSlices.close();
      kubeProxy.close();
      await Promise.all([apiServer.close(), kubelet.close()]);
    },
  };
}

/** What Docker needs is loaded by those who want it. */
async function runtimeOf(
  { images, docker }: EmbeddedKubernetesOptions,
  storage: ObjectStorage,
  network: PodNetwork,
  log: Log,
): Promise<ContainerRuntime> {
  if (!docker) return simulatedRuntime(images, network);
  const { dockerRuntime } = await import('./docker/docker-runtime.ts');
  return dockerRuntime(docker, storage, log);
}
