import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { describeAssignPublicIp } from '../contracts/assign-public-ip.ts';
import { startEmulator } from '../support/start-emulator.ts';

describeAssignPublicIp('a real Kubernetes', async () => {
  const started = await startEmulator({ cluster: 'kubeconfig' });
  await started.emulator.whenReady();
  const config = new KubeConfig();
  config.loadFromDefault();
  return { ...started, kubernetes: config.makeApiClient(CoreV1Api) };
});
