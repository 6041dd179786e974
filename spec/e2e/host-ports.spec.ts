import { describeHostPorts } from '../contracts/host-ports.ts';
import { startEmulator } from '../support/start-emulator.ts';

describeHostPorts('the embedded Kubernetes', { start: startEmulator, serving: () => ({}), lasting: false });
