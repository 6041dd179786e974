import { bindPort, PublicPortsExhausted, type PortForwarder, type PublicIpProvider } from '../../lib/index.ts';

/** Gives tasks ports of one address, counting up from a first one, and forwards them to the task. */
export function createFixedAddressProvider(address: string, first: number, count: number): PublicIpProvider {
  const tasks = new Map<string, PortForwarder[]>();
  let given = 0;

  async function bindNext(protocol: 'tcp' | 'udp'): Promise<PortForwarder> {
    for (let tried = 0; tried < count; tried++) {
      const forwarder = await bindPort({ address, port: first + (given++ % count), protocol });
      if (forwarder) return forwarder;
    }
    throw new PublicPortsExhausted(`All ${count} ports of ${address} from ${first} on are in use; stop some tasks.`);
  }

  async function release(taskArn: string): Promise<void> {
    const forwarders = tasks.get(taskArn) ?? [];
    tasks.delete(taskArn);
    await Promise.all(forwarders.map((forwarder) => forwarder.close()));
  }

  return {
    name: 'fixed-address',
    async allocate({ taskArn, ports }) {
      const forwarders: PortForwarder[] = [];
      tasks.set(taskArn, forwarders);
      try {
        for (const { protocol } of ports) forwarders.push(await bindNext(protocol));
      } catch (error) {
        await release(taskArn);
        throw error;
      }
      return {
        taskArn,
        publicIp: address,
        ports: ports.map((port, n) => ({ ...port, hostPort: forwarders[n]!.port })),
      };
    },
    async open({ taskArn, ports }, endpoint) {
      for (const [n, port] of ports.entries()) tasks.get(taskArn)?.[n]?.open(await endpoint.route(port));
    },
    release,
    async close() {
      await Promise.all([...tasks.keys()].map(release));
    },
  };
}
