import { describeHostPorts } from '../contracts/host-ports.ts';
import { startOnRealCluster } from '../support/real-emulator.ts';

describeHostPorts('a real Kubernetes', {
  start: startOnRealCluster,
  serving: (port) => ({ image: 'kecs/echo:latest', environment: [{ name: 'PORT', value: String(port) }] }),
  lasting: true,
});
