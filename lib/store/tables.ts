import { serviceArnOf } from '../model/service.ts';
import type { TaskRecord } from '../model/task.ts';
import type { Table, TaskTable } from './store.ts';

type Changed<T> = (arn: string, record: T | null) => void;

/** A table in memory that tells of each change. */
export class MemoryTable<T extends { readonly arn: string }> implements Table<T> {
  readonly #records = new Map<string, T>();
  readonly #changed: Changed<T>;

  constructor(changed: Changed<T>) {
    this.#changed = changed;
  }

  get size(): number {
    return this.#records.size;
  }

  get(arn: string): T | undefined {
    return this.#records.get(arn);
  }

  put(record: T): void {
    this.load(record);
    this.#changed(record.arn, record);
  }

  delete(arn: string): void {
    if (this.unload(arn)) this.#changed(arn, null);
  }

  values(): IterableIterator<T> {
    return this.#records.values();
  }

  /** Puts what the file already holds. */
  load(record: T): void {
    this.#records.set(record.arn, record);
  }

  /** Deletes what the file no longer holds. */
  unload(arn: string): boolean {
    return this.#records.delete(arn);
  }
}

type DesiredStatus = 'RUNNING' | 'STOPPED';

/** Tasks, with indexes by cluster and desired status, and by service: thousands of stopped tasks must not slow a look at the others. */
export class MemoryTaskTable extends MemoryTable<TaskRecord> implements TaskTable {
  readonly #index = new Map<string, Map<string, TaskRecord>>();

  *inCluster(clusterArn: string, desiredStatus: DesiredStatus): IterableIterator<TaskRecord> {
    yield* this.#index.get(`${desiredStatus} ${clusterArn}`)?.values() ?? [];
  }

  countInCluster(clusterArn: string, desiredStatus: DesiredStatus): number {
    return this.#index.get(`${desiredStatus} ${clusterArn}`)?.size ?? 0;
  }

  *ofService(serviceArn: string): IterableIterator<TaskRecord> {
    yield* this.#index.get(serviceArn)?.values() ?? [];
  }

  override load(record: TaskRecord): void {
    const before = this.get(record.arn);
    const keys = indexKeys(record);
    if (before)
      this.#remove(
        record.arn,
        indexKeys(before).filter((key) => !keys.includes(key)),
      );
    super.load(record);
    for (const key of keys) {
      const group = this.#index.get(key) ?? new Map<string, TaskRecord>();
      this.#index.set(key, group.set(record.arn, record));
    }
  }

  override unload(arn: string): boolean {
    const record = this.get(arn);
    if (record) this.#remove(arn, indexKeys(record));
    return super.unload(arn);
  }

  #remove(arn: string, keys: readonly string[]): void {
    for (const key of keys) {
      const group = this.#index.get(key);
      group?.delete(arn);
      if (group?.size === 0) this.#index.delete(key);
    }
  }
}

function indexKeys(record: TaskRecord): string[] {
  const { task, clusterArn, endNoted } = record;
  const status = task.desiredStatus === 'STOPPED' ? 'STOPPED' : 'RUNNING';
  const service = endNoted && task.lastStatus === 'STOPPED' ? undefined : serviceArnOf(record);
  return [`${status} ${clusterArn}`, ...(service === undefined ? [] : [service])];
}
