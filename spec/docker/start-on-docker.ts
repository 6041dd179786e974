import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import type { PublicIpConfig } from '../../lib/config.ts';
import { freePortRange, nodePortRange } from '../support/free-port-range.ts';
import { type StartedEmulator, startEmulator } from '../support/start-emulator.ts';

/** An emulator whose containers run in Docker, on ports of its own unless told otherwise. */
export async function startOnDocker(publicIp?: Partial<PublicIpConfig>): Promise<StartedEmulator> {
  const own = publicIp ?? {
    hostPorts: await freePortRange(20),
    firstNodePort: (await freePortRange(20, nodePortRange)).first,
  };
  return startEmulator({ containers: 'docker', publicIp: own });
}

/** A client of its embedded Kubernetes. */
export async function kubernetesOf({ emulator }: StartedEmulator): Promise<CoreV1Api> {
  const { kubeconfig = '' } = await emulator.whenReady();
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  return config.makeApiClient(CoreV1Api);
}
