import { bindPort } from '../../lib/public-ip/bind-port.ts';
import type { PortRange } from '../../lib/config.ts';

/** Below the range from which Linux picks ports for outgoing connections (ip_local_port_range, from 32768). */
const anywhere: PortRange = { first: 20_000, last: 29_000 };

/** NodePorts above the default range of KECS. */
export const nodePortRange: PortRange = { first: 31_000, last: 32_700 };

/** Ports side by side that nobody listens on, over TCP and UDP, on 127.0.0.1. */
export async function freePortRange(size: number, { first: lowest, last } = anywhere): Promise<PortRange> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const first = lowest + Math.floor(Math.random() * (last - lowest - size));
    if (await areFree(first, size)) return { first, last: first + size - 1 };
  }
  throw new Error(`No ${size} free ports were found side by side between ${lowest} and ${last}.`);
}

async function areFree(first: number, size: number): Promise<boolean> {
  for (let port = first; port < first + size; port++) {
    for (const protocol of ['tcp', 'udp'] as const) {
      const bound = await bindPort({ address: '127.0.0.1', port, protocol });
      if (!bound) return false;
      await bound.close();
    }
  }
  return true;
}
