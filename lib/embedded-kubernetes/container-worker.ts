import { createHash, randomBytes } from 'node:crypto';
import { ContainerLog } from './container-log.ts';
import type { ContainerExit, ContainerLaunch, ContainerProcess } from './container-process.ts';
import { canonicalImage, pullFailure } from './image-pull.ts';
import { kubernetesTime } from './kubernetes-object.ts';
import type { Container, ContainerState, ContainerStatus } from './pod.ts';
import { startProbes } from './probes.ts';

export interface ContainerWorld {
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  /** @throws when a Secret or ConfigMap that the environment needs is missing. */
  environment(container: Container): Record<string, string>;
  launch(container: Container, env: Record<string, string>, log: ContainerLog): ContainerLaunch;
  start(launch: ContainerLaunch): Promise<ContainerProcess>;
  changed(): void;
  opened(process: ContainerProcess): void;
  shut(process: ContainerProcess): void;
  note(type: 'Normal' | 'Warning', reason: string, message: string, container: Container): void;
}

/** Runs one container of a Pod: pull, start, restart by policy, stop. Its `status` is what the API shows. */
export class ContainerWorker {
  readonly container: Container;
  readonly #world: ContainerWorld;
  readonly #stop = new AbortController();
  #status: ContainerStatus;
  #process: ContainerProcess | undefined;
  #log = new ContainerLog();
  #previousLog: ContainerLog | undefined;
  #announceStart: () => void = () => {};
  /** Resolves when it has started for the first time, or never will. */
  readonly whenStarted: Promise<void>;

  constructor(container: Container, world: ContainerWorld, waiting: string) {
    this.container = container;
    this.#world = world;
    this.whenStarted = new Promise((resolve) => (this.#announceStart = resolve));
    this.#status = {
      name: container.name,
      state: { waiting: { reason: waiting } },
      lastState: {},
      ready: false,
      restartCount: 0,
      image: container.image,
      imageID: '',
      started: false,
    };
  }

  get status(): ContainerStatus {
    return this.#status;
  }

  get process(): ContainerProcess | undefined {
    return this.#process;
  }

  log(previous: boolean): ContainerLog | undefined {
    return previous ? this.#previousLog : this.#log;
  }

  /** Resolves when the container has ended and is not to start again. */
  async run(): Promise<void> {
    try {
      while (!this.#stop.signal.aborted) {
        if (!(await this.#pull()) || !(await this.#runOnce()) || !(await this.#backOff())) return;
      }
    } finally {
      this.#announceStart();
    }
  }

  /** SIGTERM, then SIGKILL after the grace period. Resolves when it has ended. */
  async stop(graceSeconds: number): Promise<void> {
    this.#stop.abort();
    const process = this.#process;
    if (!process) return;
    this.#world.note('Normal', 'Killing', `Stopping container ${this.container.name}`, this.container);
    process.terminate();
    const timer = setTimeout(() => process.kill(), graceSeconds * 1000);
    await process.exited;
    clearTimeout(timer);
  }

  kill(): void {
    this.#stop.abort();
    this.#process?.kill();
  }

  /** What the kubelet says of a container that has not run by the time its Pod has ended. */
  giveUp(): void {
    if (this.#status.state.terminated) return;
    const message = 'The container could not be located when the pod was terminated';
    const terminated = { exitCode: 137, reason: 'ContainerStatusUnknown', message, startedAt: null, finishedAt: null };
    this.#change({ state: { terminated }, ready: false, started: false });
  }

  async #pull(): Promise<boolean> {
    const { image } = this.container;
    const failure = pullFailure(image);
    if (!failure) return true;
    const { reason, message } = failure;
    this.#change({ state: { waiting: { reason, message } } });
    if (reason === 'ErrImagePull') {
      this.#note('Normal', 'Pulling', `Pulling image "${image}"`);
      this.#note('Warning', 'Failed', `Failed to pull image "${image}": ${message}`);
      this.#note('Warning', 'Failed', `Error: ${reason}`);
      await this.#pause(0.1);
      const backOff = `Back-off pulling image "${image}"`;
      this.#note('Normal', 'BackOff', backOff);
      this.#change({
        state: { waiting: { reason: 'ImagePullBackOff', message: `${backOff}: ErrImagePull: ${message}` } },
      });
    } else {
      this.#note('Warning', 'InspectFailed', message);
      this.#note('Warning', 'Failed', `Error: ${reason}`);
    }
    await new Promise<void>((resolve) => this.#whenStopped(resolve));
    return false;
  }

  /** Answers whether the container ran or failed to start; false when it was stopped before. */
  async #runOnce(): Promise<boolean> {
    const env = await this.#environment();
    if (!env) return false;
    const { image, name } = this.container;
    const launch = this.#world.launch(this.container, env, this.#log);
    this.#note('Normal', 'Pulled', `Container image "${image}" already present on machine`);
    this.#note('Normal', 'Created', `Created container: ${name}`);
    const containerID = `containerd://${randomBytes(32).toString('hex')}`;
    const imageID = `${canonicalImage(image).replace(/[:@][^/]*$/, '')}@sha256:${createHash('sha256').update(image).digest('hex')}`;
    this.#change({ image: canonicalImage(image), imageID, containerID });
    try {
      this.#process = await this.#world.start(launch);
    } catch (error) {
      this.#failedToStart(error as Error, containerID);
      return true;
    }
    await this.#accompany(this.#process, containerID);
    return true;
  }

  async #accompany(process: ContainerProcess, containerID: string): Promise<void> {
    const startedAt = kubernetesTime(new Date());
    this.#world.opened(process);
    this.#note('Normal', 'Started', `Started container ${this.container.name}`);
    this.#change({ state: { running: { startedAt } } });
    const stopProbes = startProbes(this.container, process, {
      started: () => {
        this.#change({ started: true });
        this.#announceStart();
      },
      ready: (ready) => this.#change({ ready }),
      failed: (message) => {
        this.#note(
          'Normal',
          'Killing',
          `Container ${this.container.name} failed ${message.toLowerCase()}, will be restarted`,
        );
        process.terminate();
      },
    });
    if (this.#stop.signal.aborted) process.kill();
    const exit = await process.exited;
    stopProbes();
    this.#world.shut(process);
    this.#process = undefined;
    this.#log.end();
    this.#change({ state: endedState(exit, startedAt, containerID), ready: false, started: false });
  }

  /** Whether to start again, after the wait that Kubernetes inserts: none, then 10 s, doubling up to 5 min. */
  async #backOff(): Promise<boolean> {
    const { state, restartCount } = this.#status;
    const { restartPolicy } = this.#world;
    const failed = state.terminated?.exitCode !== 0;
    if (this.#stop.signal.aborted || restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && !failed))
      return false;
    if (restartCount > 0) {
      const seconds = Math.min(10 * 2 ** (restartCount - 1), 300);
      const message = `back-off ${seconds}s restarting failed container=${this.container.name}`;
      this.#note('Warning', 'BackOff', `Back-off restarting failed container ${this.container.name}`);
      this.#change({ lastState: state, state: { waiting: { reason: 'CrashLoopBackOff', message } } });
      await this.#pause(seconds);
      if (this.#stop.signal.aborted) return false;
    }
    this.#previousLog = this.#log;
    this.#log = new ContainerLog();
    this.#change({ lastState: state, restartCount: restartCount + 1 });
    return true;
  }

  /** Waits for Secrets and ConfigMaps that do not exist yet, as the kubelet does. */
  async #environment(): Promise<Record<string, string> | undefined> {
    while (!this.#stop.signal.aborted) {
      try {
        return this.#world.environment(this.container);
      } catch (error) {
        const { message } = error as Error;
        this.#note('Warning', 'Failed', `Error: ${message}`);
        this.#change({ state: { waiting: { reason: 'CreateContainerConfigError', message } } });
        await this.#pause(1);
      }
    }
    return undefined;
  }

  #failedToStart({ message: cause }: Error, containerID: string): void {
    const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: ${cause}`;
    this.#note('Warning', 'Failed', `Error: ${message}`);
    const at = kubernetesTime(new Date());
    const terminated = { exitCode: 128, reason: 'StartError', message, startedAt: at, finishedAt: at, containerID };
    this.#log.end();
    this.#change({ state: { terminated }, ready: false, started: false });
  }

  #pause(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000).unref();
      this.#whenStopped(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #whenStopped(then: () => void): void {
    if (this.#stop.signal.aborted) then();
    else this.#stop.signal.addEventListener('abort', then, { once: true });
  }

  #change(changes: Partial<ContainerStatus>): void {
    this.#status = { ...this.#status, ...changes };
    this.#world.changed();
  }

  #note(type: 'Normal' | 'Warning', reason: string, message: string): void {
    if (!this.#stop.signal.aborted) this.#world.note(type, reason, message, this.container);
  }
}

function endedState({ exitCode, signal }: ContainerExit, startedAt: string, containerID: string): ContainerState {
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  const finishedAt = kubernetesTime(new Date());
  return { terminated: { exitCode, ...(signal && { signal }), reason, startedAt, finishedAt, containerID } };
}
