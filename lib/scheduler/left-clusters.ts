import { parseArn } from '../model/arn.ts';
import type { TaskRuntime } from '../runtime/task-runtime.ts';
import type { Store } from '../store/store.ts';
import type { Log } from '../util/log.ts';
import type { Clock } from './clock.ts';

/** Whoever deletes a cluster to create it again at once does not have to wait for the runtime to make room. */
const keptMs = 10_000;
/** The end of KECS does not wait longer; what is left is taken back at the next start. */
const stopLimitMs = 2_000;

/** Has the runtime take back what it made for clusters that were deleted. */
export class LeftClusters {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  #runtime: TaskRuntime | undefined;
  #cancel: (() => void) | undefined;

  constructor(store: Store, clock: Clock, log: Log) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  /** Also looks for what an earlier process has left. */
  start(runtime: TaskRuntime): void {
    this.#runtime = runtime;
    this.wake();
  }

  /** A cluster was deleted. */
  wake(): void {
    this.#cancel?.();
    this.#cancel = this.#clock.after(keptMs, () => {
      this.#cancel = undefined;
      void this.#leave();
    });
  }

  async stop(): Promise<void> {
    if (!this.#cancel) return;
    this.#cancel();
    this.#cancel = undefined;
    const late = new Promise<void>((resolve) => this.#clock.after(stopLimitMs, resolve));
    await Promise.race([this.#leave(), late]);
  }

  async #leave(): Promise<void> {
    try {
      await this.#runtime?.leaveClusters((name, region) => this.#isActive(name, region));
    } catch (error) {
      this.#log.warn(
        `What Kubernetes still has of deleted clusters is removed at the next start: ${(error as Error).message}`,
      );
    }
  }

  /** Clusters of one name and region in several accounts share what the runtime made for them. */
  #isActive(clusterName: string, region: string): boolean {
    for (const { arn, name, status } of this.#store.clusters.values()) {
      if (status === 'ACTIVE' && name === clusterName && parseArn(arn)?.region === region) return true;
    }
    return false;
  }
}
