import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECSClient, type Task } from '@aws-sdk/client-ecs';
import type { CoreV1Api, V1Pod } from '@kubernetes/client-node';
import { expect } from 'chai';
import { freePort } from '../support/free-port.ts';
import { type EcsTasks, createEcsTasks, hostPortsOf, taskIdOf } from '../support/ecs-tasks.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { freeNodePorts, realCluster } from '../support/real-cluster.ts';
import { type StartedEmulator, startEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

const web = { name: 'nginx', image: 'nginx:latest', portMappings: [{ containerPort: 80 }] };
const namespace = 'restart-us-east-1';

describe('A restart on a real Kubernetes', () => {
  const kubernetes: CoreV1Api = realCluster();
  let folder: string;
  let settings: {
    cluster: 'kubeconfig';
    state: string;
    publicIp: { hostPorts: { first: number; last: number }; firstNodePort: number };
  };
  let started: StartedEmulator | undefined;
  let tasks: EcsTasks;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kecs-restart-'));
    const hostPorts = await freePortRange(3);
    settings = {
      cluster: 'kubeconfig',
      state: join(folder, 'state.json'),
      publicIp: { hostPorts, firstNodePort: await freeNodePorts(3) },
    };
    await startAgain();
    await tasks.register('web', web);
  });

  after(async () => {
    await tasks?.remove();
    await started?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function startAgain(): Promise<void> {
    started = await startEmulator(settings);
    tasks = await createEcsTasks(started.ecs, 'restart');
    await started.emulator.whenReady();
  }

  async function stop(): Promise<void> {
    await started?.close();
    started = undefined;
  }

  const podOf = (task: Task): Promise<V1Pod> =>
    kubernetes.readNamespacedPod({ name: `task-${taskIdOf(task)}`, namespace });
  const isGone = (read: Promise<unknown>): Promise<boolean> =>
    read.then(
      () => false,
      (error: { code?: number }) => error.code === 404,
    );
  const answers = async (port: number | undefined) => (await fetch(`http://127.0.0.1:${port}/`)).status;

  async function expectSame(before: Task): Promise<void> {
    const after = await tasks.describe(before.taskArn ?? '');
    expect(after).to.deep.equal(before);
    await waitFor('an answer of the task', async () => (await answers(hostPortsOf(before)[0])) === 200);
    expect((await tasks.describe(before.taskArn ?? '')).lastStatus).to.equal('RUNNING');
  }

  it('keeps a task with its id, its ports and its state, and gives its port to nobody else', async () => {
    const task = await tasks.running(await tasks.runOne('web'));
    await stop();
    await startAgain();
    await expectSame(task);
    const { arns } = await tasks.run('web', { count: 2 });
    const others = await Promise.all(arns.map(tasks.running));
    expect(new Set([task, ...others].flatMap(hostPortsOf)).size).to.equal(3);
    expect((await tasks.run('web')).failures.map(({ reason }) => reason)).to.deep.equal(['RESOURCE:PORTS']);
    for (const arn of [...arns, task.taskArn ?? '']) await tasks.stop(arn);
  });

  it('keeps it through the SIGKILL of a process, too', async () => {
    await stop();
    const port = await freePort();
    const ecs = new ECSClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      maxAttempts: 1,
      credentials: { accessKeyId: '000000000000', secretAccessKey: 'local' },
    });
    const child = await startProcess(port, settings);
    let task: Task;
    try {
      const ofProcess = await createEcsTasks(ecs, 'restart');
      task = await ofProcess.running(await ofProcess.runOne('web'));
    } finally {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      ecs.destroy();
    }
    await startAgain();
    await expectSame(task);
    await tasks.stop(task.taskArn ?? '');
  });

  it('finds a task stopped whose Pod was deleted meanwhile, and takes port and Service back', async () => {
    const task = await tasks.running(await tasks.runOne('web'));
    await stop();
    await kubernetes.deleteNamespacedPod({ name: `task-${taskIdOf(task)}`, namespace, gracePeriodSeconds: 0 });
    await waitFor('the end of the Pod', () => isGone(podOf(task)), 60_000);
    await startAgain();
    const { stoppedReason } = await tasks.stopped(task.taskArn ?? '');
    expect(stoppedReason).to.equal('The containers of the task ended while KECS was not running.');
    expect(await isGone(kubernetes.readNamespacedService({ name: `task-${taskIdOf(task)}`, namespace }))).to.equal(
      true,
    );
    const { arns, failures } = await tasks.run('web', { count: 3 });
    expect(failures).to.deep.equal([]);
    for (const arn of arns) await tasks.stop(arn);
  });

  it('removes Pods of its own instance that nobody knows, and leaves those of another', async () => {
    const task = await tasks.running(await tasks.runOne('web'));
    const own = strayPod(await podOf(task));
    await tasks.stop(task.taskArn ?? '');
    await stop();
    const foreign = strayPod(own, `other-${randomBytes(4).toString('hex')}`);
    for (const body of [own, foreign]) await kubernetes.createNamespacedPod({ namespace, body });
    const read = ({ metadata }: V1Pod) => kubernetes.readNamespacedPod({ name: metadata?.name ?? '', namespace });
    await startAgain();
    await waitFor('the end of the unknown Pod', () => isGone(read(own)), 60_000);
    expect((await read(foreign)).metadata?.deletionTimestamp).to.equal(undefined);
    await kubernetes.deleteNamespacedPod({ name: foreign.metadata?.name ?? '', namespace, gracePeriodSeconds: 0 });
  });
});

/** A Pod as KECS makes them, of a task that nobody knows. */
function strayPod({ metadata, spec }: V1Pod, instance = metadata?.labels?.['kecs.dev/instance'] ?? ''): V1Pod {
  const taskId = randomBytes(16).toString('hex');
  const taskArn = `arn:aws:ecs:us-east-1:000000000000:task/restart/${taskId}`;
  return {
    metadata: {
      name: `task-${taskId}`,
      labels: { ...metadata?.labels, 'kecs.dev/task-id': taskId, 'kecs.dev/instance': instance },
      annotations: { ...metadata?.annotations, 'kecs.dev/task-arn': taskArn },
    },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 2,
      containers: (spec?.containers ?? []).map(({ name, image = '' }) => ({ name, image })),
    },
  };
}

async function startProcess(
  port: number,
  {
    state,
    publicIp,
  }: { state: string; publicIp: { hostPorts: { first: number; last: number }; firstNodePort: number } },
): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'lib/cli.ts', 'start'], {
    env: {
      ...process.env,
      KECS_PORT: String(port),
      KECS_STATE: state,
      KECS_CLUSTER: 'kubeconfig',
      KECS_LOG_LEVEL: 'error',
      KECS_PUBLIC_IP_HOST_PORTS_FIRST: String(publicIp.hostPorts.first),
      KECS_PUBLIC_IP_HOST_PORTS_LAST: String(publicIp.hostPorts.last),
      KECS_PUBLIC_IP_FIRST_NODE_PORT: String(publicIp.firstNodePort),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout?.on('data', (data: Buffer) => (said += data.toString()));
  try {
    await waitFor('a process that is ready', () => said.includes('Kubernetes: '), 40_000);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return child;
}
