import { describeTaskLife } from '../contracts/task-life.ts';
import { freePortRange, nodePortRange } from '../support/free-port-range.ts';
import { startEmulator } from '../support/start-emulator.ts';

describeTaskLife('the embedded Kubernetes', {
  start: async () => {
    const { first: firstNodePort } = await freePortRange(20, nodePortRange);
    return startEmulator({ publicIp: { hostPorts: await freePortRange(20), firstNodePort } });
  },
  exiting: (code) => ({ environment: [{ name: 'KECS_SIMULATE_EXIT_CODE', value: String(code) }] }),
  missingImage: 'registry.invalid/missing:1',
  realProcesses: false,
});
