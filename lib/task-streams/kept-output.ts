import { setTimeout as delay } from 'node:timers/promises';
import type { LogOptions, TaskRuntime } from '../runtime/task-runtime.ts';
import type { Store } from '../store/store.ts';
import { Tail } from './tail.ts';

/** The last output of tasks that were stopped: their Pods are deleted, and what they wrote would go with them. */
export interface KeptOutput {
  /** The runtime, which first opens the output of a task's containers when it is asked to stop the task. */
  readonly readBeforeStop: (runtime: TaskRuntime) => TaskRuntime;
  /** The last lines of a container; undefined where nothing was kept of it. */
  of(taskArn: string, container: string, options: LogOptions): Buffer | undefined;
  close(): void;
}

/** Of each container: as much as somebody reads who wants to know why it ended. */
const keptBytes = 256 * 1024;
/** Of all: that of the oldest goes first. */
const keptContainers = 200;
/** The end of a task does not wait longer than this for a Kubernetes that does not answer. */
const openLimitMs = 2000;

export function createKeptOutput(store: Store): KeptOutput {
  const kept = new Map<string, Tail>();
  const closing = new AbortController();

  async function keep(runtime: TaskRuntime, taskArn: string, container: string): Promise<void> {
    const key = keyOf(taskArn, container);
    if (kept.has(key)) return;
    const tail = new Tail(keptBytes);
    kept.set(key, tail);
    for (const oldest of kept.keys()) if (kept.size > keptContainers) kept.delete(oldest);
    const options = { follow: true, timestamps: true, tail: keptBytes / 64, signal: closing.signal };
    const chunks = await runtime.logs(taskArn, container, options).catch((error: Error) => {
      // A container that never started has no output.
      kept.delete(key);
      throw error;
    });
    // What broke off is kept as far as it came.
    collect(chunks, tail).catch(() => undefined);
  }

  return {
    readBeforeStop: (runtime) => ({
      ...runtime,
      stop: async (taskArn) => {
        const names = store.tasks.get(taskArn)?.task.containers?.map(({ name = '' }) => name) ?? [];
        const opened = Promise.allSettled(names.map((name) => keep(runtime, taskArn, name)));
        await Promise.race([opened, delay(openLimitMs, undefined, { ref: false })]);
        return runtime.stop(taskArn);
      },
    }),
    of: (taskArn, container, options) => {
      const output = kept.get(keyOf(taskArn, container));
      return output && selected(output.read(), options);
    },
    close: () => closing.abort(),
  };
}

const keyOf = (taskArn: string, container: string): string => `${taskArn} ${container}`;

async function collect(chunks: AsyncIterable<Buffer>, tail: Tail): Promise<void> {
  for await (const chunk of chunks) tail.append(chunk);
}

/** What was kept begins in the middle of a line where there was more; each line begins with its time. */
function selected(output: Buffer, { tail, timestamps }: LogOptions): Buffer {
  const text = output.toString();
  const whole = output.length < keptBytes ? text : text.slice(text.indexOf('\n') + 1);
  const lines = whole.split(/(?<=\n)/);
  const last = tail === undefined ? lines : tail === 0 ? [] : lines.slice(-tail);
  return Buffer.from(last.map((line) => (timestamps ? line : line.slice(line.indexOf(' ') + 1))).join(''));
}
