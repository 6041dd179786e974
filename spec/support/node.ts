import type { Node } from '../../lib/model/node.ts';

/** A node of two CPUs and 4 GiB. */
export const node = (name: string, members: Partial<Node> = {}): Node => ({
  name,
  address: '172.18.0.2',
  ready: true,
  schedulable: true,
  cpu: 2048,
  memory: 4096,
  architecture: 'x86_64',
  operatingSystem: 'linux',
  agentVersion: 'v1.34.4',
  containerRuntime: 'containerd://1.6.0',
  createdAt: 1_700_000_000,
  ...members,
});
