import { ContainerLog } from './container-log.ts';
import type { ContainerExit, ContainerLaunch, ContainerProcess } from './container-process.ts';
import { ContainerStartError, type ImagePullError, type PulledImage, isNamed } from './container-runtime.ts';
import { kubernetesTime } from './kubernetes-object.ts';
import type { Container, ContainerState, ContainerStatus } from './pod.ts';
import { startProbes } from './probes.ts';
import { StopSignal } from './stop-signal.ts';

export interface ContainerWorld {
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  /** @throws when a Secret or ConfigMap that the environment needs is missing. */
  environment(container: Container): Record<string, string>;
  launch(container: Container, restartCount: number, env: Record<string, string>, log: ContainerLog): ContainerLaunch;
  /** @throws ImagePullError */
  pull(container: Container, onPulling: () => void): Promise<PulledImage>;
  /** @throws ContainerStartError when there is a container that cannot start; another Error while there is none. */
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
  readonly #stop = new StopSignal();
  #status: ContainerStatus;
  #process: ContainerProcess | undefined;
  #log = new ContainerLog();
  #previousLog: ContainerLog | undefined;
  #starting: Promise<unknown> = Promise.resolve();
  #announceLaunch: () => void = () => {};
  #announceStart: () => void = () => {};
  /** Resolves when its process has begun for the first time, or has failed to. */
  readonly whenLaunched: Promise<void>;
  /** Resolves when it has started for the first time, as its startup probe says, or never will. */
  readonly whenStarted: Promise<void>;

  constructor(container: Container, world: ContainerWorld, waiting: string) {
    this.container = container;
    this.#world = world;
    this.whenLaunched = new Promise((resolve) => (this.#announceLaunch = resolve));
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
      while (!this.#stop.given) {
        const pulled = await this.#pull();
        if (!pulled || !(await this.#runOnce(pulled)) || !(await this.#backOff())) return;
      }
    } finally {
      this.#announceLaunch();
      this.#announceStart();
    }
  }

  /** SIGTERM, then SIGKILL after the grace period. Resolves when it has ended. */
  async stop(graceSeconds: number): Promise<void> {
    this.#stop.give();
    await this.#starting;
    const process = this.#process;
    if (!process) return;
    this.#world.note('Normal', 'Killing', `Stopping container ${this.container.name}`, this.container);
    process.terminate();
    const timer = setTimeout(() => process.kill(), graceSeconds * 1000);
    await process.exited;
    clearTimeout(timer);
  }

  /** SIGKILL. Resolves when it has ended. */
  async kill(): Promise<void> {
    this.#stop.give();
    // Before anything is awaited: at the end of the program nothing after that is reached.
    this.#process?.kill();
    await this.#starting;
    this.#process?.kill();
    await this.#process?.exited;
  }

  /** What the kubelet says of a container that has not run by the time its Pod has ended. */
  giveUp(): void {
    if (this.#status.state.terminated) return;
    const message = 'The container could not be located when the pod was terminated';
    const terminated = { exitCode: 137, reason: 'ContainerStatusUnknown', message, startedAt: null, finishedAt: null };
    this.#change({ state: { terminated }, ready: false, started: false });
  }

  /** Undefined when it was stopped before the image was there. */
  async #pull(): Promise<PulledImage | undefined> {
    const { image } = this.container;
    const onPulling = () => {
      this.#note('Normal', 'Pulling', `Pulling image "${image}"`);
      // A pull takes its time: meanwhile the sandbox is seen.
      this.#world.changed();
    };
    for (let failures = 0; !this.#stop.given; failures++) {
      try {
        const pulled = await this.#stop.unless(this.#world.pull(this.container, onPulling));
        if (pulled) this.#note('Normal', 'Pulled', pulled.message);
        return pulled;
      } catch (error) {
        await this.#pullFailed(error as ImagePullError, failures);
      }
    }
    return undefined;
  }

  /** Waits before the next try: 10 s, doubling up to 5 min. */
  async #pullFailed({ reason, message }: ImagePullError, failures: number): Promise<void> {
    const { image } = this.container;
    this.#change({ state: { waiting: { reason, message } } });
    if (reason === 'ErrImagePull') {
      this.#note('Warning', 'Failed', `Failed to pull image "${image}": ${message}`);
      this.#note('Warning', 'Failed', `Error: ${reason}`);
      this.#announceLaunch();
      await this.#stop.pause(0.1);
      const backOff = `Back-off pulling image "${image}"`;
      this.#note('Normal', 'BackOff', backOff);
      const waiting = { reason: 'ImagePullBackOff', message: `${backOff}: ErrImagePull: ${message}` };
      this.#change({ state: { waiting } });
    } else {
      this.#note('Warning', reason === 'InvalidImageName' ? 'InspectFailed' : reason, message);
      this.#note('Warning', 'Failed', `Error: ${reason}`);
      this.#announceLaunch();
    }
    await this.#stop.pause(backOffSeconds(failures));
  }

  /** Answers whether the container ran or failed to start; false when it was stopped before. */
  async #runOnce({ image, imageID }: PulledImage): Promise<boolean> {
    const env = await this.#environment();
    if (!env) return false;
    this.#change({ image, imageID });
    const launch = this.#world.launch(this.container, this.#status.restartCount, env, this.#log);
    try {
      const starting = this.#create(launch);
      this.#starting = starting.catch(() => undefined);
      const process = await starting;
      if (!process) return false;
      await this.#accompany(process);
    } catch (error) {
      this.#failedToStart(error as ContainerStartError);
    } finally {
      this.#announceLaunch();
    }
    return true;
  }

  /** Tries again while there is no container, as the kubelet does. */
  async #create(launch: ContainerLaunch): Promise<ContainerProcess | undefined> {
    while (!this.#stop.given) {
      try {
        return (this.#process = await this.#world.start(launch));
      } catch (error) {
        if (isNamed(ContainerStartError, error)) throw error;
        const { message } = error as Error;
        this.#note('Warning', 'Failed', `Error: ${message}`);
        this.#change({ state: { waiting: { reason: 'CreateContainerError', message } } });
        this.#announceLaunch();
        await this.#stop.pause(10);
      }
    }
    return undefined;
  }

  async #accompany(process: ContainerProcess): Promise<void> {
    const { containerID } = process;
    const startedAt = kubernetesTime(new Date());
    this.#world.opened(process);
    this.#note('Normal', 'Created', `Created container: ${this.container.name}`);
    this.#note('Normal', 'Started', `Started container ${this.container.name}`);
    this.#change({ state: { running: { startedAt } }, containerID });
    this.#announceLaunch();
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
    if (this.#stop.given || restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && !failed)) return false;
    if (restartCount > 0) {
      const seconds = backOffSeconds(restartCount - 1);
      const message = `back-off ${seconds}s restarting failed container=${this.container.name}`;
      this.#note('Warning', 'BackOff', `Back-off restarting failed container ${this.container.name}`);
      this.#change({ lastState: state, state: { waiting: { reason: 'CrashLoopBackOff', message } } });
      await this.#stop.pause(seconds);
      if (this.#stop.given) return false;
    }
    this.#previousLog = this.#log;
    this.#log = new ContainerLog();
    this.#change({ lastState: state, restartCount: restartCount + 1 });
    return true;
  }

  /** Waits for Secrets and ConfigMaps that do not exist yet, as the kubelet does. */
  async #environment(): Promise<Record<string, string> | undefined> {
    while (!this.#stop.given) {
      try {
        return this.#world.environment(this.container);
      } catch (error) {
        const { message } = error as Error;
        this.#note('Warning', 'Failed', `Error: ${message}`);
        this.#change({ state: { waiting: { reason: 'CreateContainerConfigError', message } } });
        this.#announceLaunch();
        await this.#stop.pause(1);
      }
    }
    return undefined;
  }

  #failedToStart({ message, containerID }: ContainerStartError): void {
    this.#note('Normal', 'Created', `Created container: ${this.container.name}`);
    this.#note('Warning', 'Failed', `Error: ${message}`);
    const at = kubernetesTime(new Date());
    // What containerd's CRI plugin answers, whatever the cause.
    const terminated = { exitCode: 128, reason: 'StartError', message, startedAt: at, finishedAt: at, containerID };
    this.#log.end();
    this.#change({ state: { terminated }, containerID, ready: false, started: false });
  }

  #change(changes: Partial<ContainerStatus>): void {
    this.#status = { ...this.#status, ...changes };
    this.#world.changed();
  }

  #note(type: 'Normal' | 'Warning', reason: string, message: string): void {
    if (!this.#stop.given) this.#world.note(type, reason, message, this.container);
  }
}

/** 10 s, doubling up to 5 min (pkg/kubelet/kubelet.go, MaxContainerBackOff). */
function backOffSeconds(failures: number): number {
  return Math.min(10 * 2 ** failures, 300);
}

function endedState(exit: ContainerExit, startedAt: string, containerID: string): ContainerState {
  const { exitCode, signal, reason = exitCode === 0 ? 'Completed' : 'Error' } = exit;
  const finishedAt = kubernetesTime(new Date());
  return { terminated: { exitCode, ...(signal && { signal }), reason, startedAt, finishedAt, containerID } };
}
