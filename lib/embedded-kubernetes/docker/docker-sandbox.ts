import type Docker from 'dockerode';
import type { Log } from '../../util/log.ts';
import type { ContainerLaunch, ContainerListener, ContainerProcess } from '../container-process.ts';
import { type PodSandbox, SandboxRefused } from '../container-runtime.ts';
import type { Container, Pod } from '../pod.ts';
import { endOf } from './container-end.ts';
import { containerOptions } from './container-options.ts';
import { startInDocker } from './docker-container.ts';
import { isRefusal, wordsOf } from './docker-error.ts';
import type { DockerImage, Images } from './images.ts';
import { removeContainer, removeVolume } from './leftovers.ts';
import type { PodAccess } from './pod-network-access.ts';
import { type RegistryLogin } from './registry-login.ts';
import { keyOf, type SandboxSetting, sandboxOptions } from './sandbox-options.ts';
import { createVolumes, openVolumes } from './volumes.ts';

export interface SandboxWorld {
  readonly docker: Docker;
  readonly images: Images;
  readonly access: PodAccess;
  readonly setting: SandboxSetting;
  readonly log: Log;
  /** The login that a Pod has for an image's registry. */
  readonly login: (pod: Pod, image: string) => Promise<RegistryLogin | undefined>;
}

/** @throws SandboxRefused when Docker finds fault with what the Pod wants */
export async function openDockerSandbox(pod: Pod, world: SandboxWorld): Promise<PodSandbox> {
  const { docker, setting } = world;
  const made: Made = { containers: new Map(), volumes: [] };
  try {
    made.volumes.push(...(await createVolumes(docker, pod, setting.labels)));
    const sandbox = await docker.createContainer(sandboxOptions(pod, setting));
    made.containers.set('', sandbox.id);
    await openVolumes(sandbox, pod);
    await sandbox.start();
    const { NetworkSettings: network } = await sandbox.inspect();
    return new DockerSandbox(pod, world, made, sandbox, network);
  } catch (error) {
    await remove(made, world);
    throw isRefusal(error) ? new SandboxRefused(wordsOf(error)) : new Error(wordsOf(error), { cause: error });
  }
}

/** What is in Docker on behalf of one Pod: by container the newest of its name, and the sandbox under no name. */
interface Made {
  readonly containers: Map<string, string>;
  readonly volumes: string[];
}

type NetworkSettings = Docker.ContainerInspectInfo['NetworkSettings'];

class DockerSandbox implements PodSandbox {
  readonly podIP: string;
  readonly lost: Promise<void>;
  readonly #pod: Pod;
  readonly #world: SandboxWorld;
  readonly #made: Made;
  readonly #id: string;
  readonly #network: NetworkSettings;
  readonly #images = new Map<string, DockerImage>();
  #closing: Promise<void> | undefined;

  constructor(pod: Pod, world: SandboxWorld, made: Made, sandbox: Docker.Container, network: NetworkSettings) {
    this.#pod = pod;
    this.#world = world;
    this.#made = made;
    this.#id = sandbox.id;
    this.#network = network;
    // On the host's network it has the host's address, which is 127.0.0.1 for this host.
    this.podIP = Object.values(network.Networks)[0]?.IPAddress || '127.0.0.1';
    this.lost = new Promise((resolve) => {
      void endOf(sandbox).then(() => {
        if (!this.#closing) resolve();
      });
    });
  }

  async pull(container: Container, onPulling: () => void): Promise<DockerImage> {
    const { images, login } = this.#world;
    const image = await images.ensure(container, () => login(this.#pod, container.image), onPulling);
    this.#images.set(container.name, image);
    return image;
  }

  async start(launch: ContainerLaunch): Promise<ContainerProcess> {
    const { log } = this.#world;
    const spec = this.#specOf(launch.container);
    const container = await this.#create(spec, launch);
    return startInDocker({
      container,
      isTerminal: spec.tty ?? false,
      stopSignal: this.#images.get(spec.name)?.stopSignal ?? 'SIGTERM',
      ports: launch.ports.flatMap((port) => this.#listener(port)),
      output: launch.log,
      log,
    });
  }

  async close(): Promise<void> {
    this.#closing ??= remove(this.#made, this.#world);
    return this.#closing;
  }

  #specOf(name: string): Container {
    const { containers, initContainers = [] } = this.#pod.spec;
    const found = [...initContainers, ...containers].find((container) => container.name === name);
    if (!found) throw new Error(`Pod ${this.#pod.metadata.name} has no container ${name}.`);
    return found;
  }

  async #create(spec: Container, launch: ContainerLaunch): Promise<Docker.Container> {
    const { docker, setting, log } = this.#world;
    const { containers } = this.#made;
    const earlier = containers.get(spec.name);
    if (earlier) await removeContainer(docker, earlier, log);
    try {
      const options = containerOptions(this.#pod, spec, launch, { sandboxID: this.#id, labels: setting.labels });
      const container = await docker.createContainer(options);
      containers.set(spec.name, container.id);
      return container;
    } catch (error) {
      throw new Error(wordsOf(error), { cause: error });
    }
  }

  #listener({ containerPort, protocol }: Pick<ContainerListener, 'containerPort' | 'protocol'>): ContainerListener[] {
    const { access } = this.#world;
    const listens = (host: string, port: number) => [{ containerPort, protocol, address: { host, port } }];
    if (access.kind === 'direct' || this.#pod.spec.hostNetwork) return listens(this.podIP, containerPort);
    const published = this.#network.Ports[keyOf({ containerPort, protocol })]?.[0]?.HostPort;
    return published ? listens(access.dial, Number(published)) : [];
  }
}

/** The sandbox goes last: the others use its network. */
async function remove({ containers, volumes }: Made, { docker, log }: SandboxWorld): Promise<void> {
  const { ['']: sandbox, ...others } = Object.fromEntries(containers);
  await Promise.all(Object.values(others).map((id) => removeContainer(docker, id, log)));
  if (sandbox) await removeContainer(docker, sandbox, log);
  await Promise.all(volumes.map((name) => removeVolume(docker, name, log)));
}
