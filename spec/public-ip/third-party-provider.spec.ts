import { createFixedAddressProvider } from '../../examples/provider-swap/fixed-address-provider.ts';
import { describePublicIpProvider } from '../contracts/public-ip-provider.ts';
import { freePortRange } from '../support/free-port-range.ts';

describePublicIpProvider('of the example provider-swap', async () => {
  const capacity = 24;
  const { first } = await freePortRange(capacity);
  return {
    provider: createFixedAddressProvider('127.0.0.1', first, capacity),
    capacity,
    close: async () => undefined,
  };
});
