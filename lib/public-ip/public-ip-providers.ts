import type { PublicIpConfig } from '../config.ts';
import type { Log } from '../util/log.ts';
import { createLoadBalancerProvider } from './load-balancer.ts';
import { createLoopbackProvider } from './loopback.ts';
import { type NodePortOptions, createNodePortProvider } from './node-port.ts';
import type { NodePortNetwork } from './node-port-network.ts';
import type { PublicIpProvider } from './public-ip-provider.ts';
import type { LoadBalancerNetwork, LoopbackNetwork } from './service-network.ts';

export interface PublicIpParts {
  readonly config: PublicIpConfig;
  /** There once Kubernetes is connected. */
  readonly networks: () => Promise<PublicIpNetworks>;
  /** The embedded Kubernetes publishes no host ports by itself, and has no load balancer. */
  readonly isEmbedded: boolean;
  readonly log: Log;
}

interface PublicIpNetworks {
  readonly nodePortNetwork: NodePortNetwork;
  readonly loopbackNetwork: LoopbackNetwork;
  readonly loadBalancerNetwork: LoadBalancerNetwork;
}

/** The provider that the configuration names. */
export const createConfiguredProvider = (parts: PublicIpParts): PublicIpProvider =>
  publicIpProviders[parts.config.provider](parts);

const publicIpProviders: Readonly<Record<PublicIpConfig['provider'], (parts: PublicIpParts) => PublicIpProvider>> = {
  'node-port': ({ config, networks, isEmbedded, log }) => {
    const network = async () => (await networks()).nodePortNetwork;
    const mappings: NodePortOptions['mappings'] = async (...port) => (await network()).isMapped(...port);
    // Where nothing is published, the first tasks need not wait for the client to load.
    return createNodePortProvider({ ...config, network, log, ...(!isEmbedded && { mappings }) });
  },
  loopback: ({ config, networks, log }) =>
    createLoopbackProvider({ ...config, network: async () => (await networks()).loopbackNetwork, log }),
  'load-balancer': ({ config: { loadBalancerSeconds: seconds }, networks, isEmbedded, log }) => {
    if (isEmbedded) log.warn(noController(seconds));
    return createLoadBalancerProvider({ seconds, network: async () => (await networks()).loadBalancerNetwork, log });
  },
};

const noController = (seconds: number): string =>
  'The embedded Kubernetes has no load balancer controller: a task with a public IP ends after ' +
  `${seconds} s, unless something else writes an address into the status of its Service. Set publicIp.provider to ` +
  '"node-port" or "loopback", or use a cluster that has a controller.';
