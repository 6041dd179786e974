import { describeTaskSecrets } from '../contracts/task-secrets.ts';
import { embeddedApi } from '../support/embedded-api.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { startEmulator } from '../support/start-emulator.ts';

describeTaskSecrets('the embedded Kubernetes', {
  start: async (options) => startEmulator({ ...options, publicIp: { hostPorts: await freePortRange(20) } }),
  api: embeddedApi,
  realProcesses: false,
});
