import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { startEmbeddedKubernetes } from '../../lib/embedded-kubernetes/embedded-kubernetes.ts';
import type { EmulatorOptions } from '../../lib/index.ts';
import { freePortRange, nodePortRange } from './free-port-range.ts';
import { freeNodePorts, realCluster } from './real-cluster.ts';

/** A Kubernetes that stands while emulators come and go. */
export interface StandingKubernetes {
  readonly api: CoreV1Api;
  /** With a range of so many ports of its own. */
  settings(ports: number): Promise<StandingSettings>;
  close(): Promise<void>;
}

export type StandingSettings = EmulatorOptions & {
  readonly publicIp: { readonly hostPorts: { first: number; last: number }; readonly firstNodePort: number };
};

export const realStandingKubernetes = async (): Promise<StandingKubernetes> => ({
  api: realCluster(),
  settings: async (ports) => ({
    cluster: 'kubeconfig',
    publicIp: { hostPorts: await freePortRange(ports), firstNodePort: await freeNodePorts(ports) },
  }),
  close: async () => undefined,
});

/**
 * The embedded Kubernetes apart from any emulator, which takes it for one that somebody else runs. The addresses of its
 * Pods exist nowhere, so its node must not seem to be this machine.
 */
export async function embeddedStandingKubernetes(): Promise<StandingKubernetes> {
  const embedded = await startEmbeddedKubernetes({ images: {}, nodeAddress: '127.0.0.2' });
  const folder = await mkdtemp(join(tmpdir(), 'kecs-standing-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, embedded.kubeconfig());
  const config = new KubeConfig();
  config.loadFromString(embedded.kubeconfig());
  return {
    api: config.makeApiClient(CoreV1Api),
    settings: async (ports) => ({
      cluster: 'kubeconfig',
      kubeconfig,
      publicIp: {
        hostPorts: await freePortRange(ports),
        firstNodePort: (await freePortRange(ports, nodePortRange)).first,
      },
    }),
    close: async () => {
      await embedded.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
