import type { ClusterAccess } from './api-client.ts';

/**
 * Access by URL and bearer token. client-node's KubeConfig can be told the same, but costs 70 MB of memory to load: all
 * of its generated API, which a process that never reads a kubeconfig has no use for.
 */
export const tokenAccess = (server: string, token: string): ClusterAccess => ({
  getCurrentCluster: () => ({ name: 'embedded', server, skipTLSVerify: false }),
  applyToHTTPSOptions: async (options) => {
    options.headers = { authorization: `Bearer ${token}` };
  },
});
