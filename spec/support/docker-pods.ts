import { randomBytes } from 'node:crypto';
import type { V1Container, V1Pod, V1PodSpec } from '@kubernetes/client-node';
import type { DockerOptions } from '../../lib/embedded-kubernetes/docker/docker-runtime.ts';
import { type EmbeddedKubernetes, startEmbeddedKubernetes } from '../../lib/embedded-kubernetes/embedded-kubernetes.ts';
import { dockerOptions } from './docker-ground.ts';
import { waitFor } from './wait-for.ts';

type PodWish = Omit<Partial<V1PodSpec>, 'containers'> & { readonly containers: readonly Partial<V1Container>[] };

/** Pods of an embedded Kubernetes whose containers run in Docker, through its API. */
export interface DockerPods {
  readonly kubernetes: EmbeddedKubernetes;
  readonly instance: string;
  /** Containers are busybox and stop within a second unless they say otherwise. Resolves with the Pod's name. */
  run(spec: PodWish): Promise<string>;
  get(name: string): Promise<V1Pod>;
  until(name: string, what: string, holds: (pod: V1Pod) => boolean): Promise<V1Pod>;
  /** Until all containers have ended; resolves with their output, by name. */
  outputs(name: string): Promise<Record<string, string>>;
  log(name: string, container: string): Promise<string>;
  /** A NodePort that leads to the Pod's port. */
  expose(name: string, port: number, protocol?: 'TCP' | 'UDP'): Promise<number>;
  remove(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function startDockerPods(options: Partial<DockerOptions> = {}): Promise<DockerPods> {
  const instance = `spec-${randomBytes(4).toString('hex')}`;
  const kubernetes = await startEmbeddedKubernetes({
    images: {},
    docker: dockerOptions(instance, options),
    nodePortRange: { first: 20_000, last: 29_999 },
  });
  const call = async (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${kubernetes.url}/api/v1/namespaces/default/${path}`, {
      method,
      headers: { Authorization: `Bearer ${kubernetes.token}`, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
  const get = async (name: string) => (await (await call('GET', `pods/${name}`)).json()) as V1Pod;
  const log = async (name: string, container: string) =>
    (await call('GET', `pods/${name}/log?container=${container}`)).text();
  const until: DockerPods['until'] = async (name, what, holds) =>
    waitFor(
      `pod ${name}: ${what}`,
      async () => {
        const pod = await get(name);
        return holds(pod) && pod;
      },
      60_000,
    );
  let count = 0;
  return {
    kubernetes,
    instance,
    run: async ({ containers, ...spec }) => {
      const name = `pod-${++count}`;
      const complete = containers.map((container, index) => ({
        name: `c${index}`,
        image: 'busybox:latest',
        ...container,
      }));
      const pod = {
        metadata: { name, labels: { app: name } },
        spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: complete, ...spec },
      };
      const answer = await call('POST', 'pods', pod);
      if (!answer.ok) throw new Error(await answer.text());
      return name;
    },
    get,
    until,
    outputs: async (name) => {
      const pod = await until(name, 'its end', ({ status }) => /Succeeded|Failed/.test(status?.phase ?? ''));
      const names = (pod.spec?.containers ?? []).map((container) => container.name);
      return Object.fromEntries(await Promise.all(names.map(async (one) => [one, await log(name, one)] as const)));
    },
    log,
    expose: async (name, port, protocol = 'TCP') => {
      const spec = { type: 'NodePort', selector: { app: name }, ports: [{ port, protocol }] };
      const service = (await (await call('POST', 'services', { metadata: { name }, spec })).json()) as {
        spec: { ports: { nodePort: number }[] };
      };
      return service.spec.ports[0]?.nodePort ?? 0;
    },
    remove: async (name) => {
      await call('DELETE', `pods/${name}`);
      await waitFor(`the end of pod ${name}`, async () => (await call('GET', `pods/${name}`)).status === 404, 60_000);
    },
    close: () => kubernetes.close(),
  };
}
