import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { describeAssignPublicIp } from '../contracts/assign-public-ip.ts';
import { startEmulator } from '../support/start-emulator.ts';

describeAssignPublicIp('the embedded Kubernetes', async () => {
  const started = await startEmulator();
  const { kubeconfig = '' } = await started.emulator.whenReady();
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  return { ...started, kubernetes: config.makeApiClient(CoreV1Api) };
});
