import type { ContainerPort, Route, TaskLocation } from '../model/route.ts';
import type { TaskDefinition, VolumeConfiguration } from '../model/task-definition.ts';
import type { TaskOverride } from '../model/task.ts';

/**
 * Runs the containers of tasks. The scheduler is its consumer; `kubernetes/` implements it.
 * `spec/contracts/task-runtime.ts` holds what every implementation must do.
 */
export interface TaskRuntime {
  /**
   * Delivers every task of this instance that the runtime has, then resolves, and from then on delivers each change, in
   * order per task. A lost connection is mended inside: afterwards tasks that went away meanwhile are delivered with
   * `present: false`. Called once.
   */
  watch(listener: (observation: TaskObservation) => void): Promise<void>;
  /**
   * Starts the task's containers. A second call for the same task does nothing.
   * @throws TaskRefused when the task can never run here, with a reason in words for `stoppedReason`.
   */
  run(launch: TaskLaunch): Promise<void>;
  /** Asks the task to stop: SIGTERM, and SIGKILL after the definition's stopTimeout. Resolves at once; the end is observed. A task unknown here is delivered as not present. */
  stop(taskArn: string): Promise<void>;
  /** How this process reaches a port of a running task. @throws Error in words where there is no way. */
  route(location: TaskLocation, port: ContainerPort): Promise<Route>;
  /**
   * A container's output so far, and what follows if asked: until the container has ended, or `signal` says so.
   * @throws Error in words where there is none, for a container that has not started for instance
   */
  logs(taskArn: string, container: string, options: LogOptions): Promise<AsyncIterable<Buffer>>;
  /**
   * Runs a command in a container; resolves with its exit code. The streams stay open: they are the caller's.
   * @throws CommandNotStarted
   */
  exec(taskArn: string, container: string, command: readonly string[], streams: ExecStreams): Promise<number>;
  /** Takes back what was made for whole clusters, save those that are wanted, and what others have come to use. */
  leaveClusters(isWanted: (clusterName: string, region: string) => boolean): Promise<void>;
  /** Lets go of connections. Running tasks go on. */
  close(): Promise<void>;
}

/** A task as it must run: everything that was decided when it was accepted. */
export interface TaskLaunch {
  readonly taskArn: string;
  readonly taskId: string;
  readonly clusterName: string;
  readonly region: string;
  readonly account: string;
  readonly group?: string;
  readonly definition: TaskDefinition;
  readonly overrides: TaskOverride;
  /** Where it must run; absent: anywhere. */
  readonly nodeName?: string;
  /** What was said of the volumes that are configured at launch. */
  readonly volumeConfigurations?: readonly VolumeConfiguration[];
}

/** All that the runtime knows of a task at one moment; never less than an earlier observation knew. Times are seconds since the epoch. */
export interface TaskObservation {
  readonly taskArn: string;
  /** False once the runtime no longer has the task: its containers are gone. */
  readonly present: boolean;
  /** The task's own address inside the runtime's network. */
  readonly address?: string;
  readonly node?: { readonly name: string; readonly address?: string };
  /** All containers that are meant to keep running do so, and the network delivers to them. */
  readonly ready: boolean;
  /** The runtime has been asked to stop it. */
  readonly stopping: boolean;
  readonly pullStartedAt?: number;
  readonly pullStoppedAt?: number;
  /** Why the whole task ended or cannot start, as ECS words it: `CannotPullContainerError: …`, an eviction, a node lost. */
  readonly failure?: TaskFailure;
  readonly containers: readonly ContainerObservation[];
}

export interface TaskFailure {
  readonly stopCode: 'TaskFailedToStart' | 'SpotInterruption' | 'TerminationNotice' | 'EssentialContainerExited';
  readonly reason: string;
}

export interface ContainerObservation {
  /** The ECS name. */
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'stopped';
  readonly exitCode?: number;
  /** As ECS shows it in the container's `reason`, e.g. `OutOfMemoryError: Container killed due to memory usage`. */
  readonly reason?: string;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly runtimeId?: string;
  readonly imageDigest?: string;
  /** Present where the container has a health check. */
  readonly health?: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
}

export interface LogOptions {
  readonly follow?: boolean;
  /** Only the last so many lines. */
  readonly tail?: number;
  readonly timestamps?: boolean;
  readonly signal?: AbortSignal;
}

export interface ExecStreams {
  /** Its end is the end of the command's input. */
  readonly stdin?: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** The command gets a terminal, all of whose output is `stdout`. */
  readonly tty?: boolean;
  /** What the terminal's window comes to be, to be ended by the caller. */
  readonly sizes?: AsyncIterable<TerminalSize>;
  /** Lets go of the command, whose input and output end; it may go on. */
  readonly signal?: AbortSignal;
}

/** In characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** There is no such command in the container, or it is none. */
export class CommandNotStarted extends Error {
  override readonly name = 'CommandNotStarted';
  /** What a shell ends with: 127 for a command that is not found, 126 for one that cannot be executed. */
  readonly exitCode: 126 | 127;

  constructor(exitCode: 126 | 127, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The task can never run on this runtime; the message is the `stoppedReason` its user reads. */
export class TaskRefused extends Error {
  override readonly name = 'TaskRefused';
}
