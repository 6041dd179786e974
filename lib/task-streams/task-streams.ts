import { AwsError } from '../errors.ts';
import type { ExecStreams, LogOptions, TaskRuntime } from '../runtime/task-runtime.ts';
import type { Store } from '../store/store.ts';
import type { KeptOutput } from './kept-output.ts';
import { type StreamedContainer, containerOf, essentialContainerOf, whyNotRunning } from './streamed-container.ts';

/** The output of containers and commands in them, by ECS names: for the routes of KECS itself, and for whoever else hands them on. */
export interface TaskStreams {
  /**
   * A container's output; absent names the only one. What is followed is waited for until it starts.
   * @throws AwsError in words: no such task or container, nothing there (any more), no Kubernetes
   */
  logs(taskArn: string, container: string | undefined, options: LogOptions): Promise<AsyncIterable<Buffer>>;
  /**
   * Runs a command in a container, by default in the first essential one; resolves with its exit code.
   * @throws CommandNotStarted, AwsError
   */
  exec(
    taskArn: string,
    container: string | undefined,
    command: readonly string[],
    streams: ExecStreams,
  ): Promise<number>;
  /** Ends all that is under way. */
  close(): void;
}

export interface TaskStreamsOptions {
  readonly store: Store;
  readonly runtime: Promise<TaskRuntime>;
  readonly kept: Pick<KeptOutput, 'of'>;
  readonly scheduler: { whenTaskReaches(taskArn: string, status: 'RUNNING', timeoutMs: number): Promise<void> };
}

/** How often a container that is waited for is looked at, beside its task's arrival. */
const lookMs = 500;

export function createTaskStreams({ store, runtime, scheduler, kept }: TaskStreamsOptions): TaskStreams {
  const ready = settled(runtime);
  const closing = new AbortController();
  const until = (signal: AbortSignal | undefined): AbortSignal =>
    signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;

  /** The container once it may have output: an init container has before its task is RUNNING. */
  async function started(taskArn: string, wanted: string | undefined, signal: AbortSignal): Promise<StreamedContainer> {
    let found = containerOf(store, taskArn, wanted);
    while (found.state === 'coming' && !signal.aborted) {
      await scheduler.whenTaskReaches(taskArn, 'RUNNING', lookMs);
      found = containerOf(store, taskArn, wanted);
    }
    return found;
  }

  async function* untilClosed(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
    yield* chunks;
    if (closing.signal.aborted) throw ended();
  }

  /** The Pod is gone, or there never was anything. */
  function keptOf(found: StreamedContainer, options: LogOptions, error: Error): Buffer {
    if (found.state !== 'stopped') throw refused(409, error.message, error);
    const output = kept.of(found.task.arn, found.name, options);
    if (output) return output;
    throw refused(409, `${whyNotRunning(found)} There is no output of it: none was kept when its Pod went.`, error);
  }

  return {
    logs: async (taskArn, wanted, options) => {
      const signal = until(options.signal);
      const found = options.follow ? await started(taskArn, wanted, signal) : containerOf(store, taskArn, wanted);
      if (closing.signal.aborted) throw ended();
      if (found.state === 'coming') throw refused(409, `${whyNotRunning(found)} Follow it, or try again.`);
      const chunks = await ready()
        .logs(taskArn, found.name, { ...options, signal })
        .catch((error: Error) => [keptOf(found, options, error)]);
      return untilClosed(chunks);
    },
    exec: async (taskArn, wanted, command, streams) => {
      const found = containerOf(store, taskArn, wanted ?? essentialContainerOf(store, taskArn));
      if (found.state !== 'running') throw refused(409, `${whyNotRunning(found)} Commands run in running containers.`);
      return ready()
        .exec(taskArn, found.name, command, { ...streams, signal: until(streams.signal) })
        .catch((error: Error) => {
          throw closing.signal.aborted ? ended() : error;
        });
    },
    close: () => closing.abort(),
  };
}

/** The runtime when there is one, without waiting for it. */
function settled(runtime: Promise<TaskRuntime>): () => TaskRuntime {
  let there: TaskRuntime | undefined;
  let why = 'KECS is not connected to its Kubernetes yet: try again in a moment.';
  runtime.then(
    (connected) => (there = connected),
    (error: Error) => (why = `KECS has no Kubernetes: ${error.message}`),
  );
  return () => {
    if (!there) throw refused(503, why);
    return there;
  };
}

const refused = (status: number, message: string, cause?: Error): AwsError =>
  new AwsError(status === 503 ? 'ServerException' : 'InvalidParameterException', message, status, { cause });

const ended = (): AwsError => refused(503, 'KECS has ended.');
