import { expect } from 'chai';
import { createEcsTasks, hostPortsOf } from '../support/ecs-tasks.ts';
import { freePortRange, nodePortRange } from '../support/free-port-range.ts';
import { type StartedEmulator, startEmulator } from '../support/start-emulator.ts';

describe('two KECS on one host whose embedded Kubernetes want the same NodePorts', () => {
  const started: StartedEmulator[] = [];

  after(async () => {
    for (const one of started) await one.close();
  });

  it('lead their host ports to their own tasks', async () => {
    const { first: firstNodePort } = await freePortRange(3, nodePortRange);
    for (const name of ['one', 'other']) {
      const emulator = await startEmulator({ publicIp: { hostPorts: await freePortRange(3), firstNodePort } });
      started.push(emulator);
      const tasks = await createEcsTasks(emulator.ecs, name);
      await tasks.register('web', { name: 'web', image: 'nginx:latest', portMappings: [{ containerPort: 80 }] });
      const task = await tasks.running(await tasks.runOne('web'));
      const answer = await fetch(`http://127.0.0.1:${hostPortsOf(task)[0]}/`);
      expect(await answer.text()).to.contain(`task-${task.taskArn?.split('/')[2]}`);
    }
  });
});
