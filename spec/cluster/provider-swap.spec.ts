import { expect } from 'chai';
import { createFixedAddressProvider } from '../../examples/provider-swap/fixed-address-provider.ts';
import { createEcsTasks, hostPortsOf } from '../support/ecs-tasks.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { freeNodePorts } from '../support/real-cluster.ts';
import { startEmulator } from '../support/start-emulator.ts';

describe('Providers that a program swaps on a real Kubernetes', () => {
  it('lead to the tasks that each of them serves', async () => {
    const hostPorts = await freePortRange(1);
    const { first } = await freePortRange(1);
    const publicIp = { hostPorts, firstNodePort: await freeNodePorts(1) };
    const started = await startEmulator({ cluster: 'kubeconfig', publicIp });
    try {
      const tasks = await createEcsTasks(started.ecs, 'provider-swap');
      await tasks.register('echo', {
        name: 'echo',
        image: 'kecs/echo:latest',
        portMappings: [{ containerPort: 80 }],
      });
      const older = await tasks.running(await tasks.runOne('echo'));
      started.emulator.setPublicIpProvider(createFixedAddressProvider('127.0.0.7', first, 1));
      const newer = await tasks.running(await tasks.runOne('echo'));
      const answers = [
        [older, `http://127.0.0.1:${hostPortsOf(older)[0]}/`],
        [newer, `http://127.0.0.7:${hostPortsOf(newer)[0]}/`],
      ] as const;
      for (const [{ taskArn = '' }, url] of answers) {
        expect(await (await fetch(url)).text()).to.include(`task-${taskArn.split('/').at(-1)}`);
      }
      await tasks.remove();
    } finally {
      await started.close();
    }
  });
});
