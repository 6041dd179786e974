import type { SecretSource } from '../runtime/secret-source.ts';
import type { Log } from '../util/log.ts';

export interface ConnectOptions {
  readonly kind: 'embedded' | 'kubeconfig' | 'k3d';
  readonly embedded?: EmbeddedAccess;
  /** Path of a kubeconfig; absent: $KUBECONFIG, ~/.kube/config, the Pod's service account, in this order. */
  readonly kubeconfig?: string;
  /** A context of the kubeconfig; absent: its current one. */
  readonly context?: string;
  readonly k3dName?: string;
  /** Whose Pods and Services these are: several instances of KECS can share a cluster. */
  readonly instanceId: string;
  readonly cpuRequestRatio?: number;
  readonly forbidPrivileged?: boolean;
  readonly volumesDirectory?: string;
  /** Absent: tasks with secrets fail. */
  readonly secretSource?: SecretSource;
  readonly log: Log;
  readonly environment?: NodeJS.ProcessEnv;
}

export interface EmbeddedAccess {
  readonly url: string;
  readonly token: string;
  /** Where a port of a Pod really listens on this host, for its address is fictitious; undefined while it does not. */
  listenerOf(
    podAddress: string,
    port: number,
    protocol: 'tcp' | 'udp',
  ): { readonly host: string; readonly port: number } | undefined;
}
