import { isIPv4 } from 'node:net';
import type { PortRange } from '../../config.ts';

/** What KECS asks of a k3d cluster that it makes. */
export interface K3dSettings {
  readonly k3dName: string;
  /** How many host ports, from the first, Docker publishes. */
  readonly k3dPorts: number;
  readonly publicIp: { readonly address: string; readonly hostPorts: PortRange; readonly firstNodePort: number };
}

/** Kubernetes' default `--service-node-port-range`. */
const firstNodePort = 30_000;
const lastNodePort = 32_767;

/** The host ports that Docker will publish; k3d maps IPv4 only. Undefined where it is none. */
export function mappedRange({ k3dPorts, publicIp: { address, hostPorts } }: K3dSettings): PortRange | undefined {
  const count = Math.min(k3dPorts, hostPorts.last - hostPorts.first + 1);
  if (count < 1 || !isIPv4(address)) return undefined;
  return { first: hostPorts.first, last: hostPorts.first + count - 1 };
}

/** Without a large image to pull, a node takes 10 s; docker-proxy starts one port after the other. */
export const creationLimitSeconds = (settings: K3dSettings): number => 300 + Math.ceil(countOf(settings) / 4);

export function countOf(settings: K3dSettings): number {
  const range = mappedRange(settings);
  return range ? range.last - range.first + 1 : 0;
}

/** The arguments of `k3d`. `@server:0:direct` publishes on the node itself: nginx in between would close idle connections. */
export function createArguments(settings: K3dSettings, mark: string): string[] {
  const { k3dName } = settings;
  return [
    'cluster',
    'create',
    k3dName,
    '--no-lb',
    '--servers=1',
    '--agents=0',
    '--api-port=127.0.0.1:random',
    `--env=${mark}@server:0`,
    ...portArguments(settings),
    ...['traefik', 'servicelb', 'metrics-server'].flatMap((part) => k3sArgument(`--disable=${part}`)),
    ...nodePortRange(settings),
    '--kubeconfig-update-default=false',
    '--kubeconfig-switch-context=false',
    '--wait',
    `--timeout=${creationLimitSeconds(settings)}s`,
  ];
}

function portArguments(settings: K3dSettings): string[] {
  const range = mappedRange(settings);
  if (!range) return [];
  const { address, firstNodePort: node } = settings.publicIp;
  const ports = `${range.first}-${range.last}:${node}-${node + range.last - range.first}`;
  return ['--port', `${address}:${ports}@server:0:direct`];
}

/** Widened only for NodePorts that Kubernetes would refuse: ours are explicit, all others may stay where they are. */
function nodePortRange({ publicIp: { hostPorts, firstNodePort: first } }: K3dSettings): string[] {
  const last = first + hostPorts.last - hostPorts.first;
  if (first >= firstNodePort && last <= lastNodePort) return [];
  const range = `${Math.min(first, firstNodePort)}-${Math.max(last, lastNodePort)}`;
  return k3sArgument(`--service-node-port-range=${range}`);
}

const k3sArgument = (argument: string): string[] => ['--k3s-arg', `${argument}@server:0`];
