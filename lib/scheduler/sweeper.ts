import { isInForce } from '../model/task-client-token.ts';
import type { TaskRecord } from '../model/task.ts';
import type { ClientTokenRecord, Store } from '../store/store.ts';
import { forgetIfUnused } from '../store/task-definition-removal.ts';
import type { Clock } from './clock.ts';

/** "Stopped tasks currently appear in the returned results for at least one hour" (API reference, DescribeTasks). */
const keptAfterStopSeconds = 3600;

/** Forgets stopped tasks an hour after their end, the deleted task definitions that they were the last to use, and client tokens whose time is over. One timer, at the next due time. */
export class Sweeper {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #failed: (error: unknown) => void;
  /** In the order of their ends. */
  #stopped: { readonly arn: string; readonly stoppedAt: number }[] = [];
  #cancel: (() => void) | undefined;

  constructor(store: Store, clock: Clock, failed: (error: unknown) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#failed = failed;
  }

  start(): void {
    for (const { arn } of this.#store.taskDefinitions.values()) forgetIfUnused(this.#store, arn);
    this.#stopped = [...this.#store.tasks.values()].flatMap(endOf).sort((a, b) => a.stoppedAt - b.stoppedAt);
    this.#sweep();
  }

  note(record: TaskRecord): void {
    this.#stopped.push(...endOf(record));
    forgetIfUnused(this.#store, record.task.taskDefinitionArn ?? '');
    if (!this.#cancel) this.#setTimer();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #sweep(): void {
    const now = this.#clock.now();
    const firstKept = this.#stopped.findIndex(({ stoppedAt }) => stoppedAt + keptAfterStopSeconds > now);
    const over = this.#stopped.splice(0, firstKept === -1 ? this.#stopped.length : firstKept);
    for (const { arn } of over) this.#store.tasks.delete(arn);
    for (const { arn } of this.#tokensOver(now)) this.#store.clientTokens.delete(arn);
    this.#store.commit().catch(this.#failed);
    this.#setTimer();
  }

  /** The oldest ones, up to the first that is still in force: a look at all of them would cost too much. */
  #tokensOver(now: number): ClientTokenRecord[] {
    const over: ClientTokenRecord[] = [];
    for (const token of this.#store.clientTokens.values()) {
      if (isInForce(token, (arn) => this.#store.tasks.get(arn) !== undefined, now)) break;
      over.push(token);
    }
    return over;
  }

  #setTimer(): void {
    const [next] = this.#stopped;
    const dueInMs = next && (next.stoppedAt + keptAfterStopSeconds - this.#clock.now()) * 1000;
    this.#cancel = dueInMs === undefined ? undefined : this.#clock.after(Math.max(dueInMs, 1000), () => this.#sweep());
  }
}

const endOf = ({ arn, task: { lastStatus, stoppedAt } }: TaskRecord): { arn: string; stoppedAt: number }[] =>
  lastStatus === 'STOPPED' && stoppedAt !== undefined ? [{ arn, stoppedAt }] : [];
