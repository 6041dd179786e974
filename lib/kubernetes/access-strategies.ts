import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import type { ClusterAccess } from './api-client.ts';
import type { ConnectOptions } from './connect-options.ts';
import { kubeconfigOfK3d } from './k3d/kubeconfig.ts';
import { tokenAccess } from './token-access.ts';

/** One way to a Kubernetes cluster. `find` answers undefined where the way does not apply, and throws where it should and does not. */
export interface AccessStrategy {
  readonly name: string;
  find(options: ConnectOptions): Promise<FoundAccess | undefined>;
}

export interface FoundAccess {
  readonly access: ClusterAccess;
  readonly description: string;
  readonly context?: string;
}

/** Tried in this order, which is kubectl's for kubeconfigs. */
export const accessStrategies: readonly AccessStrategy[] = [
  {
    name: 'the embedded Kubernetes',
    find: async ({ kind, embedded }) => {
      if (kind !== 'embedded') return undefined;
      if (!embedded) throw new Error('it has not been started.');
      return {
        access: tokenAccess(embedded.url, embedded.token),
        description: `embedded Kubernetes at ${embedded.url}`,
      };
    },
  },
  {
    name: 'k3d',
    find: async ({ kind, k3dName = '' }) => {
      if (kind !== 'k3d') return undefined;
      return found(await accessOfK3d(k3dName), undefined);
    },
  },
  {
    name: 'the configured kubeconfig',
    find: async ({ kind, kubeconfig, context }) =>
      kind === 'kubeconfig' && kubeconfig !== undefined ? fromFiles([kubeconfig], context) : undefined,
  },
  {
    name: 'the environment variable KUBECONFIG',
    find: async ({ kind, kubeconfig, context, environment = process.env }) => {
      const files = (environment['KUBECONFIG'] ?? '').split(process.platform === 'win32' ? ';' : ':').filter(Boolean);
      return kind === 'kubeconfig' && kubeconfig === undefined && files.length > 0
        ? fromFiles(files, context)
        : undefined;
    },
  },
  {
    name: '~/.kube/config',
    find: async ({ kind, kubeconfig, context, environment = process.env }) => {
      const file = join(homedir(), '.kube', 'config');
      if (kind !== 'kubeconfig' || kubeconfig !== undefined || environment['KUBECONFIG']) return undefined;
      return (await exists(file)) ? fromFiles([file], context) : undefined;
    },
  },
  {
    name: 'the service account of the Pod that KECS runs in',
    find: async ({ kind, kubeconfig, environment = process.env }) => {
      if (kind !== 'kubeconfig' || kubeconfig !== undefined || !environment['KUBERNETES_SERVICE_HOST'])
        return undefined;
      return found(await load((config) => config.loadFromCluster()), undefined);
    },
  },
];

/** @throws Error in words: no k3d command, no such cluster. */
export async function accessOfK3d(k3dName: string): Promise<KubeConfig> {
  const kubeconfig = await kubeconfigOfK3d(k3dName);
  return load((config) => config.loadFromString(kubeconfig));
}

/** Several files are merged, as kubectl does ("Organizing Cluster Access Using kubeconfig Files"). */
async function fromFiles(files: readonly string[], context: string | undefined): Promise<FoundAccess | undefined> {
  const [config, ...others] = await Promise.all(files.map((file) => load((each) => each.loadFromFile(file))));
  if (!config) return undefined;
  for (const other of others) config.mergeConfig(other, true);
  return found(config, context);
}

function found(config: KubeConfig, context: string | undefined): FoundAccess {
  const names = config.getContexts().map(({ name }) => name);
  if (context !== undefined && !names.includes(context)) {
    throw new Error(`it has no context "${context}"; there are: ${names.join(', ') || 'none'}.`);
  }
  if (context !== undefined) config.setCurrentContext(context);
  const current = config.getCurrentContext();
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw new Error(`its current context "${current ?? ''}" leads to no cluster; choose one with the option context.`);
  return { access: config, description: `context ${current} at ${cluster.server}`, context: current };
}

async function load(fill: (config: KubeConfig) => void): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  fill(config);
  return config;
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
