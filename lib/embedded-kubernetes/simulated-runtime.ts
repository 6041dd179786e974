import { createHash, randomBytes } from 'node:crypto';
import type { ContainerLaunch, ContainerProcess } from './container-process.ts';
import { type ContainerRuntime, ContainerStartError, ImagePullError, type PulledImage } from './container-runtime.ts';
import { startHostProcess } from './host-process.ts';
import { canonicalImage, pullFailure } from './image-pull.ts';
import type { Container } from './pod.ts';
import type { PodNetwork } from './pod-network.ts';
import { startSimulatedContainer } from './simulated-container.ts';

/** Image pattern (`*` matches any run of characters) → the host command that stands for it. */
export type HostCommands = Readonly<Record<string, { readonly command: readonly string[] }>>;

/** Runs no image: containers are simulated, or commands of this host that the configuration names. */
export function simulatedRuntime(images: HostCommands, network: PodNetwork): ContainerRuntime {
  const patterns = Object.entries(images).map(([pattern, { command }]) => ({
    matches: patternMatcher(pattern),
    command,
  }));
  const startProcess = (launch: ContainerLaunch, containerID: string) => {
    const found = patterns.find(({ matches }) => matches.test(launch.image));
    return found ? startHostProcess(found.command, launch, containerID) : startSimulatedContainer(launch, containerID);
  };
  return {
    version: 'embedded://1',
    openSandbox: async () => {
      const podIP = network.allocate();
      return {
        podIP,
        lost: new Promise(() => {}),
        pull: async (container, onPulling) => pull(container, onPulling),
        start: async (launch) => started(launch, startProcess),
        close: async () => network.release(podIP),
      };
    },
    close: async () => {},
  };
}

/** Every image is there, but for those that cannot be. */
function pull({ image }: Container, onPulling: () => void): PulledImage {
  const failure = pullFailure(image);
  if (failure?.reason === 'ErrImagePull') onPulling();
  if (failure) throw new ImagePullError(failure.reason, failure.message);
  const canonical = canonicalImage(image);
  const digest = createHash('sha256').update(image).digest('hex');
  return {
    image: canonical,
    imageID: `${canonical.replace(/[:@][^/]*$/, '')}@sha256:${digest}`,
    message: `Container image "${image}" already present on machine`,
  };
}

async function started(
  launch: ContainerLaunch,
  start: (launch: ContainerLaunch, containerID: string) => Promise<ContainerProcess>,
): Promise<ContainerProcess> {
  const containerID = `containerd://${randomBytes(32).toString('hex')}`;
  try {
    return await start(launch, containerID);
  } catch (error) {
    const cause = `OCI runtime create failed: ${(error as Error).message}`;
    throw new ContainerStartError(
      `failed to create containerd task: failed to create shim task: ${cause}`,
      containerID,
    );
  }
}

function patternMatcher(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`);
}
