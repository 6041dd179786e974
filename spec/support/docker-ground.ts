import Docker from 'dockerode';
import type { DockerOptions } from '../../lib/embedded-kubernetes/docker/docker-runtime.ts';

/** What the specs' containers run; where no registry has them, Docker must. */
const images = ['busybox:latest', 'nginx:latest', 'kecs/echo:latest'];

/** What an embedded Kubernetes needs to run containers in Docker. */
export const dockerOptions = (instance: string, more: Partial<DockerOptions> = {}): DockerOptions => ({
  labels: labelsOf(instance),
  sandboxImage: 'registry.k8s.io/pause:3.10',
  network: 'bridge',
  ...more,
});

const labelsOf = (instance: string) => ({ 'kecs.dev/managed-by': 'kecs', 'kecs.dev/instance': instance });

/** What there is in Docker under an instance's labels. */
export async function inDocker(instance: string): Promise<{ containers: Docker.ContainerInfo[]; volumes: string[] }> {
  const docker = new Docker();
  const filters = { label: [`kecs.dev/instance=${instance}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const { Volumes: volumes } = await docker.listVolumes({ filters });
  return { containers, volumes: (volumes ?? []).map(({ Name }) => Name) };
}

/** Why the specs on Docker cannot run here; undefined when they can. */
export async function whyNoDocker(): Promise<string | undefined> {
  const docker = new Docker();
  const answers = await docker.ping().then(
    () => undefined,
    (error: Error) => `no Docker answers: ${error.message}`,
  );
  if (answers) return answers;
  for (const image of images) {
    const missing = await provide(docker, image);
    if (missing) return missing;
  }
  return undefined;
}

/** KECS_SPEC_REGISTRY has the images under the names of Docker Hub, for machines that reach nothing else. */
async function provide(docker: Docker, image: string): Promise<string | undefined> {
  const registry = process.env['KECS_SPEC_REGISTRY'];
  const isPresent = await docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  if (isPresent) return undefined;
  const path = image.includes('/') ? image : `library/${image}`;
  const source = registry ? `${registry}/${path}` : image;
  try {
    await pulled(docker, source);
    const [repo = '', tag = ''] = image.split(':');
    if (registry) await docker.getImage(source).tag({ repo, tag });
    return undefined;
  } catch (error) {
    return `Docker has no image ${image} and cannot pull ${source}: ${(error as Error).message}`;
  }
}

async function pulled(docker: Docker, image: string): Promise<void> {
  const stream = await docker.pull(image);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
}
