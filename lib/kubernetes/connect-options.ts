import type { Log } from '../util/log.ts';

export interface ConnectOptions {
  readonly kind: 'embedded' | 'kubeconfig' | 'k3d';
  readonly embedded?: { readonly url: string; readonly token: string };
  /** Path of a kubeconfig; absent: $KUBECONFIG, ~/.kube/config, the Pod's service account, in this order. */
  readonly kubeconfig?: string;
  /** A context of the kubeconfig; absent: its current one. */
  readonly context?: string;
  readonly k3dName?: string;
  /** Whose Pods and Services these are: several instances of KECS can share a cluster. */
  readonly instanceId: string;
  readonly cpuRequestRatio?: number;
  readonly log: Log;
  readonly environment?: NodeJS.ProcessEnv;
}
