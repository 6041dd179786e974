import { describeDeletedServices } from '../contracts/deleted-services.ts';
import { embeddedApi } from '../support/embedded-api.ts';
import { freePortRange, nodePortRange } from '../support/free-port-range.ts';
import { startEmulator } from '../support/start-emulator.ts';

describeDeletedServices('the embedded Kubernetes', {
  start: (publicIp) => startEmulator({ publicIp }),
  kubernetes: embeddedApi,
  freeNodePorts: async (size) => (await freePortRange(size, nodePortRange)).first,
});
