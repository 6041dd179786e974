import { describePublicPorts } from '../contracts/public-ports.ts';
import { embeddedApi } from '../support/embedded-api.ts';
import { freePortRange, nodePortRange } from '../support/free-port-range.ts';
import { startEmulator } from '../support/start-emulator.ts';

describePublicPorts('the embedded Kubernetes', {
  start: (publicIp) => startEmulator({ publicIp }),
  kubernetes: embeddedApi,
  freeNodePorts: async (size) => (await freePortRange(size, nodePortRange)).first,
  datagrams: true,
  exiting: (code) => ({ environment: [{ name: 'KECS_SIMULATE_EXIT_CODE', value: String(code) }] }),
  missingImage: 'registry.invalid/missing:1',
});
