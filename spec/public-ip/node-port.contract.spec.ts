import { createNodePortProvider } from '../../lib/public-ip/node-port.ts';
import { silentLog } from '../../lib/util/log.ts';
import { describePublicIpProvider } from '../contracts/public-ip-provider.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { createMemoryNodePortNetwork } from '../support/memory-node-port-network.ts';

describePublicIpProvider('node-port', async () => {
  const capacity = 24;
  const network = createMemoryNodePortNetwork();
  const hostPorts = await freePortRange(capacity);
  const start = () =>
    createNodePortProvider({
      address: '127.0.0.1',
      hostPorts,
      firstNodePort: 30_000,
      network: async () => network,
      log: silentLog,
    });
  return { provider: start(), capacity, restart: async () => start(), close: async () => undefined };
});
