import type * as ecs from '@aws-sdk/client-ecs';
import type { Config } from '../config.ts';
import type { Node } from '../model/node.ts';
import type { PublicIps } from '../public-ip/public-ips.ts';
import type { AcceptedTasks, TaskBatch } from '../model/task-batch.ts';
import type { Wire } from '../model/wire.ts';
import type { Store } from '../store/store.ts';

/** The name of every operation in the SDK: `RunTaskCommand` is exported, so `RunTask` is one. */
export type OperationName = keyof typeof ecs extends infer K
  ? K extends `${infer N}Command`
    ? Exclude<N, '$' | ''>
    : never
  : never;

type Command<N extends OperationName> = (typeof ecs)[`${N}Command` & keyof typeof ecs] extends abstract new (
  ...args: never[]
) => infer C
  ? C
  : never;
type SdkInput<N extends OperationName> = Command<N> extends { input: infer I } ? I : never;
type SdkOutput<N extends OperationName> =
  Command<N> extends { resolveMiddleware: (...args: never[]) => (...a: never[]) => Promise<{ output: infer O }> }
    ? O
    : never;

export type Input<N extends OperationName> = Wire<SdkInput<N>>;
export type Output<N extends OperationName> = Wire<Omit<SdkOutput<N>, '$metadata'>>;

/** One call of the ECS API. It validates, changes the store, commits, wakes the scheduler and answers; it knows no HTTP. */
export type Operation<N extends OperationName> = (input: Input<N>, context: Context) => Promise<Output<N>>;
export type Operations = { readonly [N in OperationName]: Operation<N> };

/** What the caller's credentials and the emulator give to an operation. */
export interface Context {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  readonly requestId: string;
  /** Seconds since the epoch with a fraction, as the wire has timestamps. */
  readonly now: () => number;
  readonly config: Config;
  readonly store: Store;
  readonly publicIps: PublicIps;
  readonly scheduler: TaskScheduler;
  /** The nodes of Kubernetes as they are now; none while it is not connected. */
  readonly nodes: () => readonly Node[];
}

/** What operations may ask of the scheduler. They never call a runtime themselves. */
interface TaskScheduler {
  /** Makes the tasks of a call and wakes them. Resolves once they are on disk; fails when none of them will be. */
  acceptTasks(batch: TaskBatch): Promise<AcceptedTasks>;
  /** The task's desired or recorded state changed: look at it soon. Never throws, never waits. */
  wakeTask(taskArn: string): void;
  /** The service's record or its deployments changed: look at it soon. Never throws, never waits. */
  wakeService(serviceArn: string): void;
  /** A cluster was deleted: what was made for it is taken back some time. */
  wakeLeftClusters(): void;
  /** Resolves when the task's lastStatus is `status` or beyond it, or after `timeoutMs`: for lifecycle "instant". */
  whenTaskReaches(taskArn: string, status: 'RUNNING' | 'STOPPED', timeoutMs: number): Promise<void>;
}
