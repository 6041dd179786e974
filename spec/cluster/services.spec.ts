import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmulatorOptions } from '../../lib/index.ts';
import { describeServices } from '../contracts/services.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { freeNodePorts } from '../support/real-cluster.ts';
import { startEmulator } from '../support/start-emulator.ts';

describe('on a real Kubernetes', () => {
  let folder: string;
  let options: EmulatorOptions;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kecs-services-'));
    const publicIp = { hostPorts: await freePortRange(20), firstNodePort: await freeNodePorts(20) };
    options = { cluster: 'kubeconfig', state: join(folder, 'state.json'), publicIp };
  });
  after(() => rm(folder, { recursive: true }));

  describeServices('a real Kubernetes', {
    start: () => startEmulator(options),
    missingImage: 'kecs/no-such-image:1',
    rolled: 8,
    tasksGoOn: true,
  });
});
