import { type CoreV1Api, PatchStrategy, type V1PodStatus, setHeaderOptions } from '@kubernetes/client-node';

/** Writes into the status of a Pod what a kubelet or a controller would write. */
export const patchPodStatus = (
  api: CoreV1Api,
  pod: { readonly name: string; readonly namespace: string },
  status: Partial<V1PodStatus>,
): Promise<unknown> =>
  api.patchNamespacedPodStatus(
    { ...pod, body: { status } },
    setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
  );
