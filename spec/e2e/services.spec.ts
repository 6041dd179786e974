import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmulatorOptions } from '../../lib/index.ts';
import { describeServices } from '../contracts/services.ts';
import { freePortRange, nodePortRange } from '../support/free-port-range.ts';
import { startEmulator } from '../support/start-emulator.ts';

describe('on the embedded Kubernetes', () => {
  let folder: string;
  let options: EmulatorOptions;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kecs-services-'));
    const { first: firstNodePort } = await freePortRange(20, nodePortRange);
    options = { state: join(folder, 'state.json'), publicIp: { hostPorts: await freePortRange(20), firstNodePort } };
  });
  after(() => rm(folder, { recursive: true }));

  describeServices('the embedded Kubernetes', {
    start: () => startEmulator(options),
    missingImage: 'registry.invalid/missing:1',
    rolled: 20,
    tasksGoOn: false,
  });
});
