import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';

interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** What the tasks run on, and how much of it is fit for this Kubernetes. */
export interface Ground {
  readonly marker: 'embedded' | 'kubernetes';
  readonly title: string;
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Answers on its port 80 with its host name, which is the name of the Pod, or with its task. */
  readonly container: ContainerDefinition;
  /** So many tasks are kept running. */
  readonly tasks: number;
  readonly callers: number;
  /** Between two calls of one caller, at most. */
  readonly pauseMs: number;
  /** How long everything may take to come to rest after a restart. */
  readonly settleLimitMs: number;
  readonly hostPorts: PortRange;
  readonly firstNodePort: number;
}

/** Several times the tasks that are kept running: those that are being stopped hold their ports for a while. */
const portCount = 250;

/** Runs side by side try other ports first: what one of them has free at its start, another may take before it is used. */
const blocks = 10;
const firstBlock = process.pid % blocks;

export async function embeddedGround(): Promise<Ground> {
  const hostPorts = await freeHostPorts();
  return {
    marker: 'embedded',
    title: 'On the embedded Kubernetes',
    flags: ['--cluster', 'embedded'],
    env: {},
    container: { name: 'web', image: 'nginx:latest', portMappings: [{ containerPort: 80 }] },
    tasks: 40,
    callers: 4,
    pauseMs: 200,
    settleLimitMs: 60_000,
    hostPorts,
    firstNodePort: 30_000 + firstBlock * portCount,
  };
}

export async function kubernetesGround(kubeconfig: string): Promise<Ground> {
  return {
    marker: 'kubernetes',
    title: 'On a real Kubernetes',
    flags: ['--cluster', 'kubeconfig'],
    env: { KUBECONFIG: kubeconfig },
    container: {
      name: 'web',
      image: 'busybox:latest',
      portMappings: [{ containerPort: 80 }],
      command: ['sh', '-c', serveHostname],
      stopTimeout: 5,
    },
    tasks: 12,
    callers: 3,
    pauseMs: 600,
    settleLimitMs: 120_000,
    hostPorts: await freeHostPorts(),
    firstNodePort: await freeNodePorts(kubeconfig),
  };
}

/** The first process of a container is not ended by SIGTERM unless it handles it, and busybox' httpd does not. */
const serveHostname =
  'mkdir -p /www; hostname > /www/index.html; httpd -p 80 -h /www; trap exit TERM; while true; do sleep 1 & wait $!; done';

/** Below the ports that Linux gives to outgoing connections (ip_local_port_range, from 32768), and apart from KECS' own. */
async function freeHostPorts(): Promise<PortRange> {
  for (let block = 0; block < blocks; block++) {
    const first = 21_000 + ((firstBlock + block) % blocks) * portCount;
    if (await areFree(first)) return { first, last: first + portCount - 1 };
  }
  throw new Error(`No ${portCount} free ports were found side by side between 21000 and 23499.`);
}

async function areFree(first: number): Promise<boolean> {
  for (let port = first; port < first + portCount; port++) {
    const server = createServer().listen(port, '127.0.0.1');
    const bound = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!bound) return false;
    server.close();
    await once(server, 'close');
  }
  return true;
}

/** Apart from KECS' default range, 30000 to 30999. */
async function freeNodePorts(kubeconfig: string): Promise<number> {
  const { items } = await coreApi(kubeconfig).listServiceForAllNamespaces();
  const taken = items.flatMap(({ spec }) => spec?.ports?.flatMap(({ nodePort }) => nodePort ?? []) ?? []);
  for (let first = 31_000; first + portCount <= 32_768; first += portCount) {
    if (!taken.some((port) => port >= first && port < first + portCount)) return first;
  }
  throw new Error(`No ${portCount} free NodePorts were found side by side between 31000 and 32767.`);
}

export function coreApi(kubeconfig: string): CoreV1Api {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config.makeApiClient(CoreV1Api);
}
