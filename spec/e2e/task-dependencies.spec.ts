import { describeTaskDependencies } from '../contracts/task-dependencies.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { startEmulator } from '../support/start-emulator.ts';

describeTaskDependencies('the embedded Kubernetes', {
  start: async () => startEmulator({ publicIp: { hostPorts: await freePortRange(20) } }),
  ending: (code, seconds) => ({
    environment: [
      { name: 'KECS_SIMULATE_EXIT_CODE', value: String(code) },
      { name: 'KECS_SIMULATE_EXIT_AFTER', value: String(seconds) },
    ],
  }),
  server: {},
});
