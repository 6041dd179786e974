import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CoreV1Api } from '@kubernetes/client-node';
import { expect } from 'chai';
import { connectKubernetes } from '../../lib/kubernetes/connect.ts';
import { silentLog } from '../../lib/util/log.ts';
import { describeLoadBalancer } from '../contracts/load-balancer.ts';
import { describePublicIpProvider } from '../contracts/public-ip-provider.ts';
import { type EcsTasks, createEcsTasks, taskIdOf } from '../support/ecs-tasks.ts';
import { freePortRange } from '../support/free-port-range.ts';
import { loadBalancerSetup } from '../support/load-balancer-setup.ts';
import { type PlayedLoadBalancer, playLoadBalancer } from '../support/played-load-balancer.ts';
import { nodePortsOf, realCluster } from '../support/real-cluster.ts';
import { type StartedEmulator, startEmulator } from '../support/start-emulator.ts';
import { waitFor } from '../support/wait-for.ts';

describePublicIpProvider('load-balancer, with Services of Kubernetes', async () => {
  const instanceId = `spec-${randomBytes(4).toString('hex')}`;
  return loadBalancerSetup({
    cluster: await connectKubernetes({ kind: 'kubeconfig', instanceId, log: silentLog }),
    api: realCluster(),
    instanceId,
    close: async () => undefined,
  });
});

describeLoadBalancer('a real Kubernetes', {
  start: (publicIp) => startEmulator({ cluster: 'kubeconfig', publicIp }),
  kubernetes: async () => realCluster(),
  routeTo: nodePortsOf,
});

describe('the provider load-balancer on a real Kubernetes', () => {
  const kubernetes: CoreV1Api = realCluster();
  const cluster = `balanced-${randomBytes(4).toString('hex')}`;
  const namespace = `${cluster}-us-east-1`;
  let folder: string;
  let port: number;
  let balancer: PlayedLoadBalancer;
  let started: StartedEmulator | undefined;
  let tasks: EcsTasks;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kecs-balanced-'));
    port = (await freePortRange(1)).first;
    balancer = playLoadBalancer({ api: kubernetes, namespace, routeTo: await nodePortsOf(kubernetes) });
    await start();
    await tasks.register('echo', {
      name: 'echo',
      image: 'kecs/echo:latest',
      environment: [{ name: 'PORT', value: String(port) }],
      portMappings: [{ containerPort: port }],
    });
  });
  after(async () => {
    await tasks?.remove();
    await started?.close();
    await balancer?.close();
    await kubernetes.deleteNamespace({ name: namespace }).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(() => Object.assign(balancer, { paused: false }));

  async function start(loadBalancerSeconds = 60): Promise<void> {
    const publicIp = { provider: 'load-balancer' as const, loadBalancerSeconds };
    started = await startEmulator({ cluster: 'kubeconfig', state: join(folder, 'state.json'), publicIp });
    tasks = await createEcsTasks(started.ecs, cluster);
    await started.emulator.whenReady();
  }
  async function stop(): Promise<void> {
    await started?.close();
    started = undefined;
  }
  const answerAt = async (address: string | undefined) => (await fetch(`http://${address}:${port}/`)).text();

  it('keeps a task and its address over a restart, and serves it meanwhile', async () => {
    const task = await tasks.running(await tasks.runOne('echo'));
    const name = `task-${taskIdOf(task)}`;
    const address = task.containers?.[0]?.networkBindings?.[0]?.bindIP;
    await stop();
    await waitFor('an answer without KECS', async () => (await answerAt(address)).includes(name));
    await start();
    expect(await tasks.describe(task.taskArn ?? '')).to.deep.equal(task);
    await tasks.stop(task.taskArn ?? '');
    await waitFor('the end of the Service', () =>
      kubernetes.readNamespacedService({ name, namespace }).then(
        () => false,
        ({ code }: { code?: number }) => code === 404,
      ),
    );
  });

  it('takes up a task that waits for its address, and runs it when that came while KECS was away', async () => {
    balancer.paused = true;
    const arn = await tasks.runOne('echo');
    await waitFor('ACTIVATING', async () => (await tasks.describe(arn)).lastStatus === 'ACTIVATING', 60_000);
    await stop();
    balancer.paused = false;
    const name = `task-${arn.split('/').at(-1)}`;
    await waitFor('the address', async () => {
      const { status } = await kubernetes.readNamespacedService({ name, namespace });
      return status?.loadBalancer?.ingress?.length;
    });
    await start();
    const task = await tasks.running(arn);
    expect(await answerAt(task.containers?.[0]?.networkBindings?.[0]?.bindIP)).to.include(name);
    await tasks.stop(arn);
  });

  it("says that servicelb finds its port taken, by its Pod's own words", async () => {
    await stop();
    await start(3);
    balancer.paused = true;
    const arn = await tasks.runOne('echo');
    const name = `task-${arn.split('/').at(-1)}`;
    const pod = `svclb-${name}`;
    await waitFor('the Service', () => kubernetes.readNamespacedService({ name, namespace }));
    // As servicelb makes it; no node has the label, so that the Pod waits as it does for a port.
    await kubernetes.createNamespacedPod({
      namespace,
      body: {
        metadata: {
          name: pod,
          labels: {
            'svccontroller.k3s.cattle.io/svcname': name,
            'svccontroller.k3s.cattle.io/svcnamespace': namespace,
          },
        },
        spec: { nodeSelector: { 'kecs.dev/none': 'here' }, containers: [{ name: 'lb', image: 'busybox:latest' }] },
      },
    });
    const { stoppedReason } = await tasks.stopped(arn);
    expect(stoppedReason).to.match(
      new RegExp(`The Pod ${pod} of k3s' servicelb does not run yet: \\d/\\d nodes are available: .*one task can have`),
    );
  });
});
