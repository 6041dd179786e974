import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppsV1Api } from '@kubernetes/client-node';

/** What a program does that has no KECS: a Deployment of Kubernetes, scaled. */
export interface DirectDeployment {
  /** From none to so many: the milliseconds until all replicas are ready. They are gone when it resolves. */
  scaleUp(replicas: number): Promise<number>;
  /** Deletes its own namespace and the given ones. */
  cleanUp(namespaces: readonly string[]): Promise<void>;
}

const name = 'web';
const pauseMs = 50;
const limitMs = 180_000;

export async function connectDeployment(kubeconfig: string): Promise<DirectDeployment> {
  const { KubeConfig, CoreV1Api, AppsV1Api } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const [core, apps] = [config.makeApiClient(CoreV1Api), config.makeApiClient(AppsV1Api)];
  const namespace = `kecs-bench-services-${process.pid}`;
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  await create(apps, namespace);
  const podsAre = async (count: number): Promise<boolean> =>
    (await core.listNamespacedPod({ namespace })).items.length === count;
  return {
    async scaleUp(replicas) {
      const startedAt = performance.now();
      await scale(apps, namespace, replicas);
      const isReady = async (): Promise<boolean> =>
        (await apps.readNamespacedDeploymentStatus({ name, namespace })).status?.readyReplicas === replicas;
      await until(`${replicas} ready replicas`, isReady);
      const readyMs = performance.now() - startedAt;
      await scale(apps, namespace, 0);
      await until('no Pods', () => podsAre(0));
      return readyMs;
    },
    async cleanUp(namespaces) {
      for (const one of [namespace, ...namespaces]) {
        await core.deleteNamespace({ name: one }).catch((error: { readonly code?: number }) => {
          if (error.code !== 404) throw error;
        });
      }
    },
  };
}

async function create(apps: AppsV1Api, namespace: string): Promise<void> {
  const labels = { app: name };
  const containers = [{ name: 'nginx', image: 'nginx:latest', ports: [{ containerPort: 80 }] }];
  const template = { metadata: { labels }, spec: { containers } };
  const spec = { replicas: 0, selector: { matchLabels: labels }, template };
  await apps.createNamespacedDeployment({ namespace, body: { metadata: { name }, spec } });
}

async function scale(apps: AppsV1Api, namespace: string, replicas: number): Promise<void> {
  const { metadata } = await apps.readNamespacedDeploymentScale({ name, namespace });
  await apps.replaceNamespacedDeploymentScale({
    name,
    namespace,
    body: { metadata: metadata ?? {}, spec: { replicas } },
  });
}

async function until(what: string, probe: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await probe())) {
    if (Date.now() > deadline) throw new Error(`There were not ${what} within ${limitMs / 1000} s.`);
    await delay(pauseMs);
  }
}
