import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import type { StartedEmulator } from './start-emulator.ts';

/** client-node's own client for the embedded Kubernetes of an emulator. */
export async function embeddedApi({ emulator }: StartedEmulator): Promise<CoreV1Api> {
  const { kubeconfig = '' } = await emulator.whenReady();
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  return config.makeApiClient(CoreV1Api);
}
