import { startEmbeddedKubernetes } from '../../lib/embedded-kubernetes/embedded-kubernetes.ts';
import { describeKubernetesApi } from '../contracts/kubernetes-api.ts';

describeKubernetesApi('the embedded Kubernetes', async () => {
  const kubernetes = await startEmbeddedKubernetes({ images: {} });
  return { kubeconfig: kubernetes.kubeconfig(), close: () => kubernetes.close() };
});
