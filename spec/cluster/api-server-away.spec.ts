import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { expect } from 'chai';
import { type EcsTasks, createEcsTasks, hostPortsOf, taskIdOf } from '../support/ecs-tasks.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { freeNodePorts, realCluster } from '../support/real-cluster.ts';
import { type StartedEmulator, startEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

const web = { name: 'nginx', image: 'nginx:latest', portMappings: [{ containerPort: 80 }] };
const namespace = 'server-away-us-east-1';

describe('An API server that goes away', () => {
  const kubernetes = realCluster();
  let way: Way;
  let folder: string;
  let started: StartedEmulator;
  let tasks: EcsTasks;

  before(async () => {
    way = await openWay();
    folder = await mkdtemp(join(tmpdir(), 'kecs-away-'));
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, way.kubeconfig);
    started = await startEmulator({
      cluster: 'kubeconfig',
      kubeconfig,
      publicIp: { hostPorts: await freePortRange(4), firstNodePort: await freeNodePorts(4) },
    });
    await started.emulator.whenReady();
    tasks = await createEcsTasks(started.ecs, 'server-away');
    await tasks.register('web', web);
  });

  after(async () => {
    way?.comeBack();
    await tasks?.remove();
    await started?.close();
    await way?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const answers = async (port: number | undefined) => (await fetch(`http://127.0.0.1:${port}/`)).status;
  const isGone = (read: Promise<unknown>): Promise<boolean> =>
    read.then(
      () => false,
      (error: { code?: number }) => error.code === 404,
    );

  it('loses nothing when its connections are cut', async () => {
    const task = await tasks.running(await tasks.runOne('web'));
    way.cut();
    const name = `task-${taskIdOf(task)}`;
    await kubernetes.deleteNamespacedPod({ name, namespace });
    const { stoppedReason } = await tasks.stopped(task.taskArn ?? '');
    expect(stoppedReason).to.equal('The Pod of the task was deleted from Kubernetes, not by KECS.');
    expect(await isGone(kubernetes.readNamespacedService({ name, namespace }))).to.equal(true);
  });

  it('finds on its return the tasks as they were asked for meanwhile', async () => {
    const [stopped, deleted, kept] = await Promise.all(
      [0, 1, 2].map(async () => tasks.running(await tasks.runOne('web'))),
    );
    if (!stopped || !deleted || !kept) throw new Error('Three tasks were expected.');
    way.goAway();
    const stopping = tasks.stop(stopped.taskArn ?? '');
    const started = await tasks.runOne('web');
    await kubernetes.deleteNamespacedPod({ name: `task-${taskIdOf(deleted)}`, namespace });
    await waitFor('attempts in vain', () => way.refused >= 5);
    expect(await answers(hostPortsOf(kept)[0])).to.equal(200);
    expect((await tasks.describe(kept.taskArn ?? '')).lastStatus).to.equal('RUNNING');
    expect((await tasks.describe(started)).lastStatus).to.equal('PROVISIONING');
    way.comeBack();
    expect((await stopping).stopCode).to.equal('UserInitiated');
    expect((await tasks.stopped(deleted.taskArn ?? '')).stoppedReason).to.equal(
      'The Pod of the task was deleted from Kubernetes, not by KECS.',
    );
    expect(await answers(hostPortsOf(await tasks.running(started))[0])).to.equal(200);
    expect(await answers(hostPortsOf(kept)[0])).to.equal(200);
    for (const task of [stopped, deleted]) {
      const name = `task-${taskIdOf(task)}`;
      expect(await isGone(kubernetes.readNamespacedService({ name, namespace }))).to.equal(true);
      await waitFor('the end of the Pod', () => isGone(kubernetes.readNamespacedPod({ name, namespace })), 40_000);
    }
  });
});

/** A way to the API server which can be closed, though the server itself goes on for everybody else. */
interface Way {
  readonly kubeconfig: string;
  /** Connections that came while it was closed. */
  readonly refused: number;
  cut(): void;
  goAway(): void;
  comeBack(): void;
  close(): Promise<void>;
}

async function openWay(): Promise<Way> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const target = new URL(config.getCurrentCluster()?.server ?? '');
  const sockets = new Set<Socket>();
  let away = false;
  let refused = 0;
  const server = createServer((client) => {
    if (away) {
      refused += 1;
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(Number(target.port || 443), target.hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.once('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = () => sockets.forEach((socket) => socket.resetAndDestroy());
  return {
    kubeconfig: throughPort(config, port),
    get refused() {
      return refused;
    },
    cut,
    goAway: () => {
      away = true;
      cut();
    },
    comeBack: () => void (away = false),
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

function throughPort(config: KubeConfig, port: number): string {
  const clusters = config.clusters.map((cluster) => ({
    ...cluster,
    server: `https://127.0.0.1:${port}`,
  }));
  config.loadFromOptions({
    clusters,
    users: config.users,
    contexts: config.contexts,
    currentContext: config.currentContext,
  });
  return config.exportConfig();
}
