import type { Log } from '../util/log.ts';
import { listenOn } from './bind-port.ts';
import type { PortForwarder } from './port-forwarder.ts';
import { PublicPortsExhausted, type RequestedPort } from './public-ip-provider.ts';

type Port = Pick<RequestedPort, 'containerPort' | 'protocol'>;

/** The addresses that the provider holds, with listeners on the ports of the task that has each. */
export interface LoopbackPorts {
  /**
   * Listens on all of the ports, or on none: false where another program has one of them on this address.
   * @throws PublicPortsExhausted where no other address would be better.
   */
  claim(address: string, ports: readonly Port[]): Promise<boolean>;
  forwarder(address: string, port: Port): PortForwarder | undefined;
  letGo(address: string): Promise<void>;
  close(): Promise<void>;
}

/** An address that nobody listens on by itself: where a port is taken here too, a program has it on every address. */
const UNUSED_ADDRESS = '127.255.255.254';

export function createLoopbackPorts(log: Log, listen: typeof listenOn = listenOn): LoopbackPorts {
  const held = new Map<string, ReadonlyMap<string, PortForwarder>>();
  let closed = false;

  const letGo = async (address: string) => {
    const forwarders = held.get(address);
    held.delete(address);
    if (forwarders) await closeAll(forwarders);
  };

  async function claim(address: string, ports: readonly Port[]): Promise<boolean> {
    const forwarders = new Map<string, PortForwarder>();
    try {
      for (const port of ports) forwarders.set(keyOf(port), await bind(address, port));
      if (closed) throw new PublicPortsExhausted('KECS is being stopped and gives no more addresses.');
    } catch (error) {
      await closeAll(forwarders);
      if (error instanceof TakenHere) return false;
      throw error;
    }
    held.set(address, forwarders);
    return true;
  }

  async function bind(address: string, port: Port): Promise<PortForwarder> {
    const { containerPort, protocol } = port;
    try {
      return await listen({ address, port: containerPort, protocol, log });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES') throw new PublicPortsExhausted(privileged(containerPort), { cause: error });
      if (code === 'EADDRNOTAVAIL') throw new PublicPortsExhausted(noSuchAddress(address), { cause: error });
      if (code !== 'EADDRINUSE') throw error;
      if (await isTakenEverywhere(port)) throw new PublicPortsExhausted(takenEverywhere(port), { cause: error });
      throw new TakenHere();
    }
  }

  async function isTakenEverywhere({ containerPort, protocol }: Port): Promise<boolean> {
    try {
      await (await listen({ address: UNUSED_ADDRESS, port: containerPort, protocol, log })).close();
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    }
  }

  return {
    claim,
    forwarder: (address, port) => held.get(address)?.get(keyOf(port)),
    letGo,
    close: async () => {
      closed = true;
      await Promise.all([...held.keys()].map(letGo));
    },
  };
}

class TakenHere extends Error {}

const keyOf = ({ containerPort, protocol }: Port): string => `${protocol} ${containerPort}`;

async function closeAll(forwarders: ReadonlyMap<string, PortForwarder>): Promise<void> {
  await Promise.all([...forwarders.values()].map((forwarder) => forwarder.close()));
}

const privileged = (port: number): string =>
  `Port ${port} may not be opened by this user: ports below net.ipv4.ip_unprivileged_port_start, which is 1024 unless ` +
  `changed, are kept for root. Run "sudo sysctl net.ipv4.ip_unprivileged_port_start=${port}", or let the container ` +
  'listen on a higher port, or set publicIp.provider to "node-port".';

const noSuchAddress = (address: string): string =>
  `This host has no address ${address}: on macOS the loopback interface has 127.0.0.1 alone. Add the address with ` +
  `"sudo ifconfig lo0 alias ${address}" and set publicIp.loopbackRange to what you added, or set publicIp.provider to "node-port".`;

const takenEverywhere = ({ containerPort, protocol }: Port): string =>
  `${protocol.toUpperCase()} port ${containerPort} is taken on every loopback address: a program of this host listens on ` +
  '0.0.0.0 there. Stop it or let it listen on one address, or set publicIp.provider to "node-port".';
