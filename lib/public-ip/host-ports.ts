import type { Log } from '../util/log.ts';
import { bindPort } from './bind-port.ts';
import type { PortForwarder } from './port-forwarder.ts';

type Protocol = 'tcp' | 'udp';

/** The host ports that the provider holds: those it listens on itself, and those that the cluster publishes. */
export interface HostPorts {
  /** False where another program has the port in one of the protocols; then it is held in none. */
  claim(hostPort: number, protocols: readonly Protocol[]): Promise<boolean>;
  /** Undefined where the cluster publishes the port without us. */
  forwarder(hostPort: number, protocol: Protocol): PortForwarder | undefined;
  letGo(hostPort: number): Promise<void>;
  close(): Promise<void>;
}

export interface HostPortsOptions {
  readonly address: string;
  readonly isMapped: (hostPort: number, protocol: Protocol, knowledge: 'kept' | 'fresh') => Promise<boolean>;
  readonly log: Log;
}

export function createHostPorts({ address, isMapped, log }: HostPortsOptions): HostPorts {
  const held = new Map<number, ReadonlyMap<Protocol, PortForwarder>>();
  let closed = false;

  const letGo = async (hostPort: number) => {
    const forwarders = held.get(hostPort);
    held.delete(hostPort);
    if (forwarders) await closeAll(forwarders);
  };

  async function claim(hostPort: number, protocols: readonly Protocol[]): Promise<boolean> {
    const forwarders = new Map<Protocol, PortForwarder>();
    for (const protocol of protocols) {
      if (await isMapped(hostPort, protocol, 'kept')) continue;
      const forwarder = await bindPort({ address, port: hostPort, protocol, log });
      if (forwarder) forwarders.set(protocol, forwarder);
      if (forwarder ? !closed : await isMapped(hostPort, protocol, 'fresh')) continue;
      await closeAll(forwarders);
      return false;
    }
    held.set(hostPort, forwarders);
    return true;
  }

  return {
    claim,
    forwarder: (hostPort, protocol) => held.get(hostPort)?.get(protocol),
    letGo,
    close: async () => {
      closed = true;
      await Promise.all([...held.keys()].map(letGo));
    },
  };
}

async function closeAll(forwarders: ReadonlyMap<Protocol, PortForwarder>): Promise<void> {
  await Promise.all([...forwarders.values()].map((forwarder) => forwarder.close()));
}
