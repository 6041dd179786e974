import type { EmulatorOptions } from '../../lib/index.ts';
import { freePortRange } from './free-port-range.ts';
import { freeNodePorts } from './real-cluster.ts';
import { type StartedEmulator, startEmulator } from './start-emulator.ts';

/** An emulator whose tasks run on the real cluster of $KUBECONFIG, with ports that nobody else has. */
export async function startOnRealCluster(options: EmulatorOptions = {}): Promise<StartedEmulator> {
  const publicIp = { hostPorts: await freePortRange(20), firstNodePort: await freeNodePorts(20) };
  return startEmulator({ cluster: 'kubeconfig', publicIp, ...options });
}
