import { containerEnvironment } from './container-environment.ts';
import type { ContainerProcess } from './container-process.ts';
import type { ContainerRuntime, PodSandbox } from './container-runtime.ts';
import { ContainerWorker, type ContainerWorld } from './container-worker.ts';
import type { EventRecorder } from './event-recorder.ts';
import { kubernetesTime } from './kubernetes-object.ts';
import { openSandbox } from './open-sandbox.ts';
import type { Container, Pod } from './pod.ts';
import type { ContainerAddressKey, PodNetwork } from './pod-network.ts';
import { podStatus, type PodFailure } from './pod-status.ts';
import type { Registry } from './registry.ts';
import { pods } from './resource-types.ts';

export interface Node {
  readonly registry: Registry;
  readonly recorder: EventRecorder;
  readonly network: PodNetwork;
  readonly runtime: ContainerRuntime;
  readonly hostIP: string;
  /** What went wrong without a Pod to tell it. */
  warn(message: string): void;
}

/** Brings one Pod through its life and writes its status, as a kubelet's pod worker does. */
export class PodWorker {
  readonly #node: Node;
  readonly #uid: string | undefined;
  readonly #startTime = kubernetesTime(new Date());
  readonly #initContainers: ContainerWorker[];
  readonly #containers: ContainerWorker[];
  #pod: Pod;
  #sandbox: PodSandbox | undefined;
  #opening: Promise<PodSandbox | undefined> | undefined;
  #failure: PodFailure | undefined;
  #isClosed = false;
  #termination: Promise<void> | undefined;
  #pendingWrite: NodeJS.Immediate | undefined;

  constructor(pod: Pod, node: Node) {
    this.#pod = pod;
    this.#uid = pod.metadata.uid;
    this.#node = node;
    const { initContainers = [], containers } = pod.spec;
    const waiting = initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating';
    this.#initContainers = initContainers.map(
      (one) => new ContainerWorker(one, this.#world(restartPolicyOfInit(one, pod)), waiting),
    );
    this.#containers = containers.map(
      (one) => new ContainerWorker(one, this.#world(pod.spec.restartPolicy ?? 'Always'), waiting),
    );
  }

  /** The container of that name, of whichever kind. */
  find(name: string): ContainerWorker | undefined {
    return [...this.#containers, ...this.#initContainers].find(({ container }) => container.name === name);
  }

  async run(): Promise<void> {
    this.#writeStatus();
    this.#opening = this.#openSandbox();
    this.#sandbox = await this.#opening;
    if (this.#isEnding()) return;
    if (!this.#sandbox) {
      this.#writeStatus();
      return;
    }
    void this.#sandbox.lost.then(() => this.#sandboxLost());
    if (await this.#initialize()) await this.#runContainers();
    if (this.#isEnding()) return;
    await this.#stopSidecars();
    await this.#closeSandbox();
    this.#writeStatus();
  }

  /** Ends the containers within the grace period, writes the final status, and lets the Pod go. A later, shorter period ends it sooner. */
  terminate(pod: Pod): void {
    this.#pod = pod;
    const grace = pod.metadata.deletionGracePeriodSeconds ?? 30;
    if (this.#termination) void this.#stopAll(grace);
    else this.#termination = this.#terminate(grace);
  }

  /** The Pod is gone from the API already: whatever still runs has to go too. Resolves when it has. */
  async abandon(): Promise<void> {
    this.#isClosed = true;
    this.#cancelWrite();
    await this.#stopAll(1);
    await this.#closeSandbox();
  }

  /** SIGKILL for all; resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelWrite();
    await Promise.all(this.#all().map((one) => one.kill()));
    await this.#closeSandbox();
  }

  #isEnding(): boolean {
    return this.#termination !== undefined || this.#isClosed;
  }

  async #openSandbox(): Promise<PodSandbox | undefined> {
    const opened = await openSandbox({
      runtime: this.#node.runtime,
      pod: this.#pod,
      isOver: () => this.#isEnding(),
      failed: ({ reason, message }) => this.#record('Warning', reason, message),
    });
    if (!opened || 'podIP' in opened) return opened;
    this.#failure = opened;
    return undefined;
  }

  async #closeSandbox(): Promise<void> {
    const sandbox = await this.#opening;
    await sandbox?.close().catch((error: Error) => this.#node.warn(error.message));
  }

  #sandboxLost(): void {
    if (this.#isEnding()) return;
    this.#record('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
    for (const one of this.#all()) void one.kill();
  }

  /** One after the other, as a kubelet does; resolves when all have ended. */
  async #runContainers(): Promise<void> {
    const runs: Promise<void>[] = [];
    for (const one of this.#containers) {
      if (this.#isEnding()) break;
      runs.push(one.run());
      await one.whenLaunched;
    }
    await Promise.all(runs);
  }

  /** Sidecars run on beside what follows them; the others end first, each before the next. */
  async #initialize(): Promise<boolean> {
    for (const one of this.#initContainers) {
      const ended = one.run();
      await (isSidecar(one.container) ? one.whenStarted : ended);
      if (this.#isEnding()) return false;
      if (!isSidecar(one.container) && one.status.state.terminated?.exitCode !== 0) return false;
    }
    return true;
  }

  async #terminate(grace: number): Promise<void> {
    await this.#stopAll(grace);
    await this.#closeSandbox();
    for (const one of this.#all()) one.giveUp();
    this.#cancelWrite();
    if (this.#isClosed) return;
    this.#writeStatus();
    const { storage } = this.#node.registry;
    const current = this.#current();
    if (!current) return;
    const metadata = {
      ...current.metadata,
      deletionTimestamp: kubernetesTime(new Date()),
      deletionGracePeriodSeconds: 0,
    };
    // The node's own deletion is two events for a watch: the period set to zero, then the end.
    this.#node.registry.remove(pods, storage.replace(pods, { ...current, metadata }));
  }

  async #stopAll(grace: number): Promise<void> {
    for (const one of this.#initContainers) if (!isSidecar(one.container)) void one.stop(grace);
    await Promise.all(this.#containers.map((one) => one.stop(grace)));
    await this.#stopSidecars(grace);
  }

  async #stopSidecars(grace = this.#pod.spec.terminationGracePeriodSeconds ?? 30): Promise<void> {
    for (const one of this.#initContainers.toReversed()) await one.stop(grace);
  }

  #all(): ContainerWorker[] {
    return [...this.#initContainers, ...this.#containers];
  }

  #world(restartPolicy: ContainerWorld['restartPolicy']): ContainerWorld {
    const { network, registry } = this.#node;
    const sandbox = (): PodSandbox => {
      if (!this.#sandbox) throw new Error(`Pod ${this.#pod.metadata.name} has no sandbox.`);
      return this.#sandbox;
    };
    const each = (process: ContainerProcess, act: (port: ContainerProcess['ports'][number]) => void) =>
      process.ports.forEach(act);
    return {
      restartPolicy,
      environment: (container) => containerEnvironment(this.#current() ?? this.#pod, container, registry.storage),
      launch: (container, restartCount, env, log) => ({
        ...this.#identity(),
        image: container.image,
        container: container.name,
        restartCount,
        env,
        log,
        ports: portsOf(container),
      }),
      pull: (container, onPulling) => sandbox().pull(container, onPulling),
      start: (launch) => sandbox().start(launch),
      changed: () => this.#writeSoon(),
      opened: (process) => each(process, (port) => network.open(sandbox().podIP, port, port.address)),
      shut: (process) => each(process, (port) => network.shut(sandbox().podIP, port)),
      note: (type, reason, message, { name }) => this.#record(type, reason, message, `spec.containers{${name}}`),
    };
  }

  #record(type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void {
    const note = { type, reason, message, component: 'kubelet', ...(fieldPath && { fieldPath }) };
    this.#node.recorder.record(this.#pod, note);
  }

  #identity() {
    const { name, namespace = '', uid = '', labels = {} } = this.#pod.metadata;
    return { pod: name, namespace, podUid: uid, podLabels: labels };
  }

  /** What happens within one turn of the event loop is one write, as several containers are in one sync of a kubelet. */
  #writeSoon(): void {
    this.#pendingWrite ??= setImmediate(() => {
      this.#pendingWrite = undefined;
      if (!this.#isClosed) this.#writeStatus();
    });
  }

  #cancelWrite(): void {
    clearImmediate(this.#pendingWrite);
    this.#pendingWrite = undefined;
  }

  #writeStatus(): void {
    const current = this.#current();
    if (!current) return;
    this.#pod = current;
    const status = podStatus(current, {
      containers: this.#containers.map(({ status }) => status),
      initContainers: this.#initContainers.map(({ status }) => status),
      sidecars: new Set(
        this.#initContainers.filter(({ container }) => isSidecar(container)).map(({ container }) => container.name),
      ),
      podIP: this.#sandbox?.podIP,
      failure: this.#failure,
      hostIP: this.#node.hostIP,
      startTime: this.#startTime,
      now: kubernetesTime(new Date()),
    });
    this.#node.registry.storage.replace(pods, { ...current, status });
  }

  #current(): Pod | undefined {
    const { namespace, name } = this.#pod.metadata;
    const found = this.#node.registry.storage.get(pods, namespace, name) as Pod | undefined;
    return found?.metadata.uid === this.#uid ? found : undefined;
  }
}

/** https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/ */
function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

function restartPolicyOfInit(container: Container, pod: Pod): ContainerWorld['restartPolicy'] {
  if (isSidecar(container)) return 'Always';
  return pod.spec.restartPolicy === 'Never' ? 'Never' : 'OnFailure';
}

function portsOf(container: Container): ContainerAddressKey[] {
  return (container.ports ?? []).map(({ containerPort, protocol = 'TCP' }) => ({ containerPort, protocol }));
}
