import type { Log } from '../../util/log.ts';
import type { ContainerRuntime } from '../container-runtime.ts';
import type { ObjectStorage } from '../object-storage.ts';
import type { Pod } from '../pod.ts';
import { secrets } from '../resource-types.ts';
import { connectDocker } from './connect-docker.ts';
import { openDockerSandbox } from './docker-sandbox.ts';
import { Images } from './images.ts';
import { removeLeftovers } from './leftovers.ts';
import { podAccess } from './pod-network-access.ts';
import { type DockerConfig, loginIn, parseConfig, type RegistryLogin, userConfig } from './registry-login.ts';
import { sandboxImage } from './sandbox-image.ts';

export interface DockerOptions {
  /** On all that is made in Docker. What an earlier process left under the same labels is removed at the start. */
  readonly labels: Readonly<Record<string, string>>;
  /** The image of the container that holds a Pod's network. */
  readonly sandboxImage: string;
  /** The Docker network of Pods. */
  readonly network: string;
  /** Publishes the ports of Pods even where they could be dialled. */
  readonly publishAlways?: boolean;
}

/** Runs containers in Docker. @throws Error with the way out when Docker cannot be used */
export async function dockerRuntime(
  options: DockerOptions,
  storage: ObjectStorage,
  log: Log,
): Promise<ContainerRuntime> {
  const { labels, network } = options;
  const engine = await connectDocker();
  const { docker, version, where } = engine;
  await removeLeftovers(docker, labels, log);
  const found = await podAccess(engine, network);
  const access =
    options.publishAlways && found.kind === 'direct'
      ? ({ kind: 'published', bind: '127.0.0.1', dial: '127.0.0.1' } as const)
      : found;
  const images = new Images(docker, log);
  const image = await sandboxImage(images, options.sandboxImage, log);
  log.debug(
    `Containers run in Docker ${version} at ${where}; Pods are ${access.kind === 'direct' ? 'dialled' : 'published'}.`,
  );
  const setting = { image, network, labels, ...(access.kind === 'published' && { publishOn: access.bind }) };
  const login = (pod: Pod, name: string) => loginOf(pod, name, storage);
  return {
    version: `docker://${version}`,
    openSandbox: (pod) => openDockerSandbox(pod, { docker, images, access, setting, log, login }),
    close: async () => {},
  };
}

/** The Pod's own logins go before those of the user who runs this process. */
async function loginOf(
  { spec, metadata }: Pod,
  image: string,
  storage: ObjectStorage,
): Promise<RegistryLogin | undefined> {
  const own = (spec.imagePullSecrets ?? []).map(({ name = '' }): DockerConfig => {
    const data = storage.get(secrets, metadata.namespace, name)?.['data'] as Record<string, string> | undefined;
    return parseConfig(Buffer.from(data?.['.dockerconfigjson'] ?? '', 'base64').toString() || '{}');
  });
  for (const { auths = {} } of own) {
    const login = await loginIn({ auths }, image);
    if (login) return login;
  }
  return loginIn(await userConfig(), image);
}
