import { createSocket } from 'node:dgram';
import { BlockList, isIPv4 } from 'node:net';
import { promisify } from 'node:util';
import type { DockerEngine } from './connect-docker.ts';
import { isStatus, wordsOf } from './docker-error.ts';

/** How this process reaches the ports of Pods. */
export type PodAccess =
  | { readonly kind: 'direct' }
  /** Docker publishes each port: on this address of its host, which is called `dial` here. */
  | { readonly kind: 'published'; readonly bind: string; readonly dial: string };

/**
 * Where containers have addresses that this process routes (an engine on this Linux, or this process in a container on
 * the same network), they are dialled at those; elsewhere (a virtual machine, rootless, another host) ports are published.
 */
export async function podAccess(engine: DockerEngine, network: string): Promise<PodAccess> {
  const { subnets, driver } = await inspect(engine, network);
  if (driver === 'host' || driver === 'null') {
    throw new Error(`The Docker network "${network}" cannot hold Pods. Name one of driver bridge, or leave it out.`);
  }
  if (engine.isBeside && (await isRouted(subnets))) return { kind: 'direct' };
  // Another host's loopback would be out of reach.
  if (engine.remoteHost) return { kind: 'published', bind: '0.0.0.0', dial: engine.remoteHost };
  return { kind: 'published', bind: '127.0.0.1', dial: '127.0.0.1' };
}

async function inspect({ docker }: DockerEngine, network: string) {
  const found = await docker
    .getNetwork(network)
    .inspect()
    .catch((error: unknown) => {
      throw new Error(
        isStatus(error, 404)
          ? `Docker has no network "${network}": make it with "docker network create ${network}", or name another.`
          : `The Docker network "${network}" cannot be read: ${wordsOf(error)}`,
        { cause: error },
      );
    });
  const { IPAM, Driver: driver } = found as { IPAM?: { Config?: { Subnet?: string }[] }; Driver: string };
  return { driver, subnets: (IPAM?.Config ?? []).map(({ Subnet = '' }) => Subnet) };
}

/** Whether packets into one of these networks leave from an address within it, which the network's own members have. */
async function isRouted(subnets: readonly string[]): Promise<boolean> {
  for (const subnet of subnets) {
    const [base = '', prefix] = subnet.split('/');
    if (!isIPv4(base)) continue;
    const members = new BlockList();
    members.addSubnet(base, Number(prefix));
    const source = await sourceTowards(base.replace(/\d+$/, (last) => String(Number(last) + 1)));
    if (source !== undefined && members.check(source)) return true;
  }
  return false;
}

/** The address of this machine that the system would send from; nothing is sent. */
async function sourceTowards(address: string): Promise<string | undefined> {
  const socket = createSocket('udp4');
  try {
    await promisify<number, string>(socket.connect.bind(socket))(9, address);
    return socket.address().address;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}
