import type Docker from 'dockerode';
import { ImagePullError, type PulledImage } from '../container-runtime.ts';
import { canonicalImage, invalidImageName } from '../image-pull.ts';
import type { Container } from '../pod.ts';
import type { Log } from '../../util/log.ts';
import { isStatus, wordsOf } from './docker-error.ts';
import { PullProgress } from './pull-progress.ts';
import type { RegistryLogin } from './registry-login.ts';

export interface DockerImage extends PulledImage {
  /** What asks a container of the image to end. */
  readonly stopSignal: string;
}

/** The images of an engine. A pull that several wait for happens once. */
export class Images {
  readonly #docker: Docker;
  readonly #log: Log;
  readonly #pulls = new Map<string, Promise<void>>();

  constructor(docker: Docker, log: Log) {
    this.#docker = docker;
    this.#log = log;
  }

  /**
   * As the container's policy says, with two exceptions. What has no digest of a registry was built or loaded here, and
   * a registry's image of that name would be another one: it is used as it is. And where a pull fails, the image that
   * is there is used, as ECS's agent does by default (ECS_IMAGE_PULL_BEHAVIOR).
   * @throws ImagePullError
   */
  async ensure(
    { image, imagePullPolicy: policy = 'IfNotPresent' }: Pick<Container, 'image' | 'imagePullPolicy'>,
    login: () => Promise<RegistryLogin | undefined>,
    onPulling: () => void,
  ): Promise<DockerImage> {
    const invalid = invalidImageName(image);
    if (invalid) throw new ImagePullError('InvalidImageName', invalid);
    const present = await this.#find(image);
    const isOwn = present !== undefined && digestOf(present) === undefined;
    if (present && (policy !== 'Always' || isOwn)) {
      return described(image, present, `Container image "${image}" already present on machine`);
    }
    if (policy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      throw new ImagePullError('ErrImageNeverPull', message);
    }
    onPulling();
    return this.#pulled(image, present, login);
  }

  async #pulled(
    image: string,
    present: Docker.ImageInspectInfo | undefined,
    login: () => Promise<RegistryLogin | undefined>,
  ): Promise<DockerImage> {
    const began = Date.now();
    try {
      await this.#pullOnce(image, login);
      const found = await this.#docker.getImage(image).inspect();
      const seconds = ((Date.now() - began) / 1000).toFixed(3);
      return described(
        image,
        found,
        `Successfully pulled image "${image}" in ${seconds}s. Image size: ${found.Size} bytes.`,
      );
    } catch (error) {
      const words = wordsOf(error);
      if (!present) throw new ImagePullError('ErrImagePull', `Error response from daemon: ${words}`);
      return described(
        image,
        present,
        `Could not pull image "${image}" (${words}): the one present on machine is used`,
      );
    }
  }

  #pullOnce(image: string, login: () => Promise<RegistryLogin | undefined>): Promise<void> {
    const underWay = this.#pulls.get(image);
    if (underWay) return underWay;
    const pull = this.#pull(image, login).finally(() => this.#pulls.delete(image));
    this.#pulls.set(image, pull);
    return pull;
  }

  async #pull(image: string, login: () => Promise<RegistryLogin | undefined>): Promise<void> {
    const progress = new PullProgress(image, (line) => this.#log.info(line));
    const authconfig = await login();
    // Without a tag Docker would pull all that there are.
    const name = /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
    try {
      const stream = await this.#docker.pull(name, authconfig ? { authconfig } : {});
      await new Promise<void>((resolve, reject) => {
        this.#docker.modem.followProgress(
          stream,
          (error) => (error ? reject(error) : resolve()),
          (event: object) => progress.take(event),
        );
      });
    } catch (error) {
      this.#log.warn(`Image ${image} could not be pulled: ${wordsOf(error)}`);
      throw error;
    }
    progress.finished();
  }

  async #find(image: string): Promise<Docker.ImageInspectInfo | undefined> {
    return this.#docker
      .getImage(image)
      .inspect()
      .catch((error: unknown) => {
        if (isStatus(error, 404)) return undefined;
        throw new ImagePullError('ErrImagePull', wordsOf(error));
      });
  }
}

function described(image: string, info: Docker.ImageInspectInfo, message: string): DockerImage {
  const { StopSignal: stopSignal = '' } = info.Config as { StopSignal?: string };
  return {
    image: canonicalImage(image),
    imageID: digestOf(info) ?? info.Id,
    message,
    stopSignal: stopSignal || 'SIGTERM',
  };
}

/** As a registry knows the image; Podman has no list where Docker has an empty one. */
function digestOf({ RepoDigests: digests }: { RepoDigests?: string[] | null }): string | undefined {
  return digests?.[0];
}
