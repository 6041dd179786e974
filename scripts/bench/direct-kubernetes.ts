import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { CoreV1Api } from '@kubernetes/client-node';
import { type Probing, firstOk } from './http-probe.ts';

/** What a program does that has no KECS: a Pod and its NodePort Service, made by hand. */
export interface DirectKubernetes {
  /** Resolves with the milliseconds until the NodePort answered 200; Pod and Service are gone by then. */
  launch(round: number, probing: Probing): Promise<number>;
  /** So many at once: the milliseconds until all NodePorts have answered. */
  launchMany(count: number, probing: Probing): Promise<number>;
  /** Deletes its own namespace and the given ones. */
  cleanUp(namespaces: readonly string[]): Promise<void>;
}

/** NodePorts apart from the range of KECS, 30000 to 30999. */
const firstNodePort = 31_500;

export async function connectDirectly(kubeconfig: string): Promise<DirectKubernetes> {
  const { KubeConfig, CoreV1Api } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  const namespace = `kecs-bench-${process.pid}`;
  await api.createNamespace({ body: { metadata: { name: namespace } } });
  await untilServiceAccount(api, namespace);
  return {
    launch: (round, probing) => launch(api, namespace, round, probing),
    launchMany: (count, probing) => launchMany(api, namespace, count, probing),
    async cleanUp(namespaces) {
      for (const name of [namespace, ...namespaces]) await api.deleteNamespace({ name }).catch(ignoreNotFound);
    },
  };
}

async function launch(api: CoreV1Api, namespace: string, number: number, probing: Probing): Promise<number> {
  const { createdAt, name, nodePort } = await create(api, namespace, number);
  await firstOk(nodePort, probing);
  const reachableMs = performance.now() - createdAt;
  await remove(api, namespace, name);
  return reachableMs;
}

async function launchMany(api: CoreV1Api, namespace: string, count: number, probing: Probing): Promise<number> {
  const createdAt = performance.now();
  const numbers = Array.from({ length: count }, (_, i) => i);
  const names = await Promise.all(
    numbers.map(async (number) => {
      const { name, nodePort } = await create(api, namespace, number);
      await firstOk(nodePort, probing);
      return name;
    }),
  );
  const reachableMs = performance.now() - createdAt;
  await Promise.all(names.map((name) => remove(api, namespace, name)));
  return reachableMs;
}

async function create(api: CoreV1Api, namespace: string, number: number) {
  const name = `web-${number}`;
  const nodePort = firstNodePort + number;
  const labels = { app: name };
  const createdAt = performance.now();
  await Promise.all([
    api.createNamespacedPod({
      namespace,
      body: {
        metadata: { name, labels },
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'nginx', image: 'nginx:latest', ports: [{ containerPort: 80 }] }],
        },
      },
    }),
    api.createNamespacedService({
      namespace,
      body: { metadata: { name }, spec: { type: 'NodePort', selector: labels, ports: [{ port: 80, nodePort }] } },
    }),
  ]);
  return { createdAt, name, nodePort };
}

async function remove(api: CoreV1Api, namespace: string, name: string): Promise<void> {
  await Promise.all([api.deleteNamespacedPod({ namespace, name }), api.deleteNamespacedService({ namespace, name })]);
  await untilGone(() => api.readNamespacedPod({ namespace, name }));
}

/** A Pod is refused until its namespace has the service account "default", which the controller manager makes. */
async function untilServiceAccount(api: CoreV1Api, namespace: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const { items } = await api.listNamespacedServiceAccount({ namespace });
    if (items.length > 0) return;
    await delay(100);
  }
  throw new Error(`Namespace ${namespace} has had no service account for 30 s.`);
}

async function untilGone(read: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const found = await read().catch(ignoreNotFound);
    if (found === undefined) return;
    await delay(100);
  }
  throw new Error('A deleted Pod was still there after a minute.');
}

function ignoreNotFound(error: { readonly code?: number }): undefined {
  if (error.code !== 404) throw error;
}
