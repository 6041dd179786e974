import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Config } from './config.ts';
import { taskNetworkInterfaces } from './ec2/task-network-interfaces.ts';
import type { EmbeddedKubernetes } from './embedded-kubernetes/embedded-kubernetes.ts';
import { type KubernetesCluster, connectKubernetes } from './kubernetes/connect.ts';
import { type K3dPreparation, prepareK3d } from './kubernetes/k3d/prepare-k3d.ts';
import { type ConfigValues, loadConfig } from './load-config.ts';
import type { Node } from './model/node.ts';
import { operations } from './operations/index.ts';
import { createCallerGuard } from './protocol/caller-guard.ts';
import { createRouter } from './protocol/router.ts';
import { createExecUpgrade } from './protocol/task-streams/exec-upgrade.ts';
import { createLogsRoute } from './protocol/task-streams/logs-route.ts';
import { passOn } from './protocol/task-streams/refuse-upgrade.ts';
import { type HostPortProvider, createHostPortProvider } from './public-ip/host-port.ts';
import type { PublicIpProvider } from './public-ip/public-ip-provider.ts';
import { createConfiguredProvider } from './public-ip/public-ip-providers.ts';
import type { PublicIps } from './public-ip/public-ips.ts';
import { createPublicIps } from './public-ip/registry.ts';
import { createResetRoute } from './protocol/reset-route.ts';
import type { Router, UpgradeRouter } from './router.ts';
import type { SecretSource } from './runtime/secret-source.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import { openStore } from './store/json-store.ts';
import { createKeptOutput } from './task-streams/kept-output.ts';
import { createTaskStreams } from './task-streams/task-streams.ts';
import { type Log, silentLog } from './util/log.ts';

export interface EmulatorOptions extends ConfigValues {
  /** Gives tasks their public addresses in place of the configured provider. */
  readonly publicIpProvider?: PublicIpProvider;
  /** Has the values of containers' secrets and of registry credentials; absent: tasks that need one fail. */
  readonly secretSource?: SecretSource;
  readonly log?: Log;
}

export interface Emulator {
  readonly config: Config;
  /** Passes everything on while the emulator is not started. */
  readonly router: Router;
  /** Commands in tasks travel over websockets: `server.on('upgrade', emulator.upgrade)`. Passes on as the router does. */
  readonly upgrade: UpgradeRouter;
  /** Opens the state file. Requests are answered from here on; Kubernetes is connected meanwhile, and tasks wait for it. */
  start(): Promise<void>;
  /** Resolves when tasks can run. @throws Error that says why no Kubernetes could be reached. */
  whenReady(): Promise<KubernetesInfo>;
  /** On a real cluster tasks go on and are adopted at the next start; embedded containers end. */
  stop(): Promise<void>;
  /** Swaps the provider for tasks to come; a task keeps the one that serves it until it stops. */
  setPublicIpProvider(provider: PublicIpProvider): void;
}

export interface KubernetesInfo {
  readonly description: string;
  /** For kubectl; only the embedded Kubernetes has one to give. */
  readonly kubeconfig?: string;
}

/** Builds an emulator; nothing listens and no file is opened before `start`. @throws Error for an invalid option. */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const { publicIpProvider, secretSource, log = silentLog, ...values } = options;
  const config = loadConfig({ values: [values] });
  let provider = publicIpProvider;
  let running: Running | undefined;
  const mustRun = (): Running => {
    if (!running) throw new Error('The emulator is not started: call start() first.');
    return running;
  };
  return {
    config,
    router: (request, response, next) => (running ? running.router(request, response, next) : next()),
    upgrade: (request, socket, head, next) =>
      running ? running.upgrade(request, socket, head, next) : passOn(socket, next),
    start: async () => {
      running ??= await compose(config, provider, secretSource, log);
    },
    whenReady: async () => mustRun().ready,
    stop: async () => {
      const stopping = running;
      running = undefined;
      await stopping?.stop();
    },
    setPublicIpProvider: (next) => {
      provider = next;
      running?.publicIps.setProvider(next);
    },
  };
}

interface Running {
  readonly router: Router;
  readonly upgrade: UpgradeRouter;
  readonly publicIps: PublicIps;
  readonly ready: Promise<KubernetesInfo>;
  stop(): Promise<void>;
}

/** The one place that knows every part. */
async function compose(
  config: Config,
  given: PublicIpProvider | undefined,
  secretSource: SecretSource | undefined,
  log: Log,
): Promise<Running> {
  const store = await openStore({ path: config.state, warn: (message) => log.warn(message) });
  const k3d = config.cluster === 'k3d' ? prepareK3d(config, log) : undefined;
  const kubernetes = connect(config, store.instanceId, secretSource, log, k3d);
  const publicIps = createPublicIps(given ?? configuredProvider(config, kubernetes, log), log, hostPorts(config, log));
  const runtime = kubernetes.then(({ cluster }) => cluster.runtime);
  const nodes = followNodes(kubernetes, () => scheduler.nodesMoved());
  const kept = createKeptOutput(store);
  const scheduler = createScheduler({
    store,
    runtime: runtime.then(kept.readBeforeStop),
    publicIps,
    nodes,
    mustFit: config.strict,
    log,
  });
  const streams = createTaskStreams({ store, runtime, scheduler, kept });
  // At once, not after Kubernetes: the ports of tasks that run already must not be given to the next task.
  const ready = scheduler.start().then(async () => (await kubernetes).info);
  // Told to whoever calls whenReady, which may be later or never.
  ready.catch(() => undefined);
  const now = () => Date.now() / 1000;
  const router = createRouter({
    operations,
    context: (caller) => ({ ...caller, now, config, store, publicIps, scheduler, nodes }),
    networkInterfaces: (scope) => taskNetworkInterfaces(store, scope),
    config,
    log,
  });
  const guard = createCallerGuard(config.allowedHosts);
  const resetRoute = createResetRoute(config.allowReset, guard, () => scheduler.reset());
  const logsRoute = createLogsRoute(streams, guard, log);
  return {
    router: (request, response, next) => {
      if (!resetRoute(request, response) && !logsRoute(request, response)) router(request, response, next);
    },
    upgrade: createExecUpgrade(streams, guard, log),
    publicIps,
    ready,
    stop: async () => {
      streams.close();
      kept.close();
      await k3d?.cancel();
      await scheduler.stop();
      await publicIps.close();
      await leave(config, kubernetes);
      await store.close();
    },
  };
}

/** The nodes of Kubernetes as they are now; none while it is not connected. */
function followNodes(kubernetes: Promise<Connected>, moved: () => void): () => readonly Node[] {
  let nodes: readonly Node[] = [];
  const follow = ({ cluster }: Connected): void =>
    cluster.nodes.watch((all) => {
      const before = nodes;
      nodes = all;
      if (placesOf(before) !== placesOf(all)) moved();
    });
  kubernetes.then(follow, () => undefined);
  return () => nodes;
}

/** What services see of nodes, which tell of themselves every few seconds. */
const placesOf = (nodes: readonly Node[]): string =>
  nodes.map(({ name, ready, schedulable }) => `${name} ${ready} ${schedulable}`).join();

/** A real cluster that does not answer must not hold up the end: should it answer yet, it is left then. */
async function leave(config: Config, kubernetes: Promise<Connected>): Promise<void> {
  const connecting = kubernetes.then(
    () => false,
    () => false,
  );
  const left = kubernetes.then(
    (connected) => connected.close(),
    () => undefined,
  );
  const mayNeverAnswer = config.cluster !== 'embedded' && (await Promise.race([connecting, nextTurn(true)]));
  if (!mayNeverAnswer) await left;
}

const hostPorts = ({ publicIp: { address } }: Config, log: Log): HostPortProvider[] =>
  (['bridge', 'host'] as const).map((networkMode) => createHostPortProvider({ networkMode, address, log }));

const configuredProvider = (config: Config, kubernetes: Promise<Connected>, log: Log): PublicIpProvider =>
  createConfiguredProvider({
    config: config.publicIp,
    networks: async () => (await kubernetes).cluster,
    isEmbedded: config.cluster === 'embedded',
    log,
  });

interface Connected {
  readonly cluster: KubernetesCluster;
  readonly info: KubernetesInfo;
  close(): Promise<void>;
}

async function connect(
  config: Config,
  instanceId: string,
  secretSource: SecretSource | undefined,
  log: Log,
  k3d: K3dPreparation | undefined,
): Promise<Connected> {
  await k3d?.ready;
  const embedded = config.cluster === 'embedded' ? await startEmbedded(config, instanceId, log) : undefined;
  const cluster = await connectKubernetes({
    kind: config.cluster,
    ...(embedded && { embedded }),
    ...(config.kubeconfig && { kubeconfig: config.kubeconfig }),
    ...(config.context && { context: config.context }),
    k3dName: config.k3dName,
    // Docker packs nothing: requests are shares, and small ones would lose against the host's other containers.
    cpuRequestRatio: config.containers === 'docker' ? 1 : config.cpuRequestRatio,
    forbidPrivileged: config.forbidPrivileged,
    volumesDirectory: config.volumesDirectory,
    ...(secretSource && { secretSource }),
    instanceId,
    log,
  });
  return {
    cluster,
    info: {
      description:
        config.containers === 'docker'
          ? `${cluster.description}, containers run by ${embedded?.containerRuntime}`
          : cluster.description,
      ...(embedded && { kubeconfig: embedded.kubeconfig() }),
    },
    close: async () => {
      await cluster.close();
      await embedded?.close();
    },
  };
}

async function startEmbedded(config: Config, instanceId: string, log: Log): Promise<EmbeddedKubernetes> {
  const { startEmbeddedKubernetes } = await import('./embedded-kubernetes/embedded-kubernetes.ts');
  const { images, containers, docker } = config;
  if (containers !== 'docker') return startEmbeddedKubernetes({ images });
  if (!/^(localhost|127(\.\d+){3}|::1)$/.test(config.host)) {
    log.warn(
      `KECS listens on ${config.host} and runs containers in Docker: whoever reaches that address can be root of this host.`,
    );
  }
  const labels = { 'kecs.dev/managed-by': 'kecs', 'kecs.dev/instance': instanceId };
  return startEmbeddedKubernetes({ images, docker: { ...docker, labels }, log });
}
