import { createLoopbackProvider } from '../../lib/public-ip/loopback.ts';
import { silentLog } from '../../lib/util/log.ts';
import { describePublicIpProvider } from '../contracts/public-ip-provider.ts';
import { freeLoopbackRange } from '../support/free-loopback-range.ts';
import { createMemoryLoopbackNetwork } from '../support/memory-loopback-network.ts';

describePublicIpProvider('loopback', async () => {
  const network = createMemoryLoopbackNetwork();
  const loopbackRange = freeLoopbackRange(24);
  const start = () => createLoopbackProvider({ loopbackRange, network: async () => network, log: silentLog });
  return { provider: start(), restart: async () => start(), close: async () => undefined };
});
