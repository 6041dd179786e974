import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describeDeletedServices } from '../contracts/deleted-services.ts';
import { createEcsTasks, hostPortsOf, taskIdOf } from '../support/ecs-tasks.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { freeNodePorts, realCluster } from '../support/real-cluster.ts';
import { startEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

describeDeletedServices('a real Kubernetes', {
  start: (publicIp) => startEmulator({ cluster: 'kubeconfig', publicIp }),
  kubernetes: async () => realCluster(),
  freeNodePorts,
});

describe('a Service that was deleted while KECS was away', () => {
  const kubernetes = realCluster();
  const cluster = `deleted-${randomBytes(4).toString('hex')}`;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kecs-deleted-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is made again at the start, with its NodePort, and its task goes on', async () => {
    const publicIp = { hostPorts: await freePortRange(2), firstNodePort: await freeNodePorts(2) };
    const start = async () => {
      const made = await startEmulator({ cluster: 'kubeconfig', state: join(folder, 'state.json'), publicIp });
      await made.emulator.whenReady();
      return made;
    };
    let started = await start();
    try {
      let tasks = await createEcsTasks(started.ecs, cluster);
      await tasks.register('web', { name: 'nginx', image: 'nginx:latest', portMappings: [{ containerPort: 80 }] });
      const task = await tasks.running(await tasks.runOne('web'));
      const place = { name: `task-${taskIdOf(task)}`, namespace: `${cluster}-us-east-1` };
      const before = await kubernetes.readNamespacedService(place);
      await started.close();
      await kubernetes.deleteNamespacedService(place);
      started = await start();
      tasks = await createEcsTasks(started.ecs, cluster);
      const after = await waitFor('the Service', () => kubernetes.readNamespacedService(place));
      expect(after.spec?.ports?.[0]?.nodePort).to.equal(before.spec?.ports?.[0]?.nodePort);
      await waitFor('an answer', async () => (await fetch(`http://127.0.0.1:${hostPortsOf(task)[0]}/`)).ok);
      expect(await tasks.describe(task.taskArn ?? '')).to.deep.equal(task);
      await tasks.remove();
    } finally {
      await started.close();
    }
  });
});
