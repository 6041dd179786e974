import { Low } from 'lowdb';
import { type Change, type Journal, openJournal } from './journal.ts';
import { migrate } from './migrations.ts';
import { StateFile } from './state-file.ts';
import { lockState } from './state-lock.ts';
import { type State, type TableName, type Tables, emptyState, stateVersion, tableNames } from './state.ts';
import type { Store } from './store.ts';
import { MemoryTable, MemoryTaskTable } from './tables.ts';

/** A journal is folded into the state file when it is longer than this and than the state file was. */
const foldAtBytes = 4 * 1024 * 1024;

export interface StoreOptions {
  /** The state file; absent: nothing outlives the store. */
  readonly path?: string | undefined;
  readonly warn: (message: string) => void;
}

/** Opens the store. @throws Error when the file is in use, cannot be read or is of a later version. */
export async function openStore({ path, warn }: StoreOptions): Promise<Store> {
  if (path === undefined) return new JsonStore(emptyState(), undefined);
  const unlock = await lockState(path);
  try {
    const low = new Low<State>(new StateFile(path, warn), emptyState());
    await low.read();
    const state = migrate(low.data, path);
    const { journal, changes } = await openJournal(path, warn);
    const store = new JsonStore(state, { low, journal, unlock, warn });
    store.replay(changes);
    await store.fold();
    return store;
  } catch (error) {
    await unlock();
    throw error;
  }
}

interface Disk {
  readonly low: Low<State>;
  readonly journal: Journal;
  readonly unlock: () => Promise<void>;
  readonly warn: (message: string) => void;
}

class JsonStore implements Store {
  readonly instanceId: string;
  readonly clusters = this.#table('clusters');
  readonly taskDefinitions = this.#table('taskDefinitions');
  readonly tasks = new MemoryTaskTable((arn, record) => this.#note(['tasks', arn, record]));
  readonly families = this.#table('families');
  readonly clientTokens = this.#table('clientTokens');
  readonly services = this.#table('services');
  readonly serviceDeployments = this.#table('serviceDeployments');
  readonly serviceRevisions = this.#table('serviceRevisions');
  readonly accountSettings = this.#table('accountSettings');
  readonly capacityProviders = this.#table('capacityProviders');
  readonly containerInstances = this.#table('containerInstances');
  readonly #disk: Disk | undefined;
  /** Changes that no write has taken yet, the newest per record. */
  #pending = new Map<string, Change>();
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #foldedBytes = 0;
  #folding: Promise<void> | undefined;

  constructor(state: State, disk: Disk | undefined) {
    this.instanceId = state.instanceId;
    this.#disk = disk;
    for (const name of tableNames) {
      for (const record of state.tables[name]) this.#load(name, record);
    }
  }

  replay(changes: readonly Change[]): void {
    for (const [name, arn, record] of changes) {
      if (record) this.#load(name, record);
      else this[name].unload(arn);
    }
  }

  commit(): Promise<void> {
    if (!this.#disk) return Promise.resolve();
    if (this.#pending.size === 0) return this.#writing ?? Promise.resolve();
    this.#next ??= this.#afterCurrentWrite(this.#disk);
    return this.#next;
  }

  async reset(): Promise<void> {
    for (const name of tableNames) {
      for (const { arn } of this[name].values()) this[name].delete(arn);
    }
    await this.commit();
  }

  async close(): Promise<void> {
    if (!this.#disk) return;
    try {
      await this.commit();
      await this.#folding;
      await this.fold();
      await this.#disk.journal.close();
    } finally {
      await this.#disk.unlock();
    }
  }

  /** Writes the whole state to its file, which makes the journals so far superfluous. */
  async fold(): Promise<void> {
    if (!this.#disk) return;
    const { low, journal } = this.#disk;
    const superfluous = await journal.rotate();
    low.data = this.#state();
    await low.write();
    await journal.removeUpTo(superfluous);
  }

  #state(): State {
    const tables = emptyState().tables;
    for (const name of tableNames) (tables[name] as unknown[]) = [...this[name].values()];
    return { version: stateVersion, instanceId: this.instanceId, tables };
  }

  #table<N extends Exclude<TableName, 'tasks'>>(name: N): MemoryTable<Tables[N]> {
    return new MemoryTable<Tables[N]>((arn, record) => this.#note([name, arn, record] as Change));
  }

  #load<N extends TableName>(name: N, record: Tables[N]): void {
    (this[name] as unknown as MemoryTable<Tables[N]>).load(record);
  }

  #note(change: Change): void {
    if (this.#disk) this.#pending.set(`${change[0]} ${change[1]}`, change);
  }

  async #afterCurrentWrite(disk: Disk): Promise<void> {
    await this.#writing?.catch(() => undefined);
    this.#next = undefined;
    this.#writing = this.#write(disk);
    try {
      await this.#writing;
    } finally {
      this.#writing = undefined;
    }
  }

  async #write(disk: Disk): Promise<void> {
    const taken = this.#pending;
    this.#pending = new Map();
    try {
      await disk.journal.append([...taken.values()]);
    } catch (error) {
      this.#pending = new Map([...taken, ...this.#pending]);
      throw error;
    }
    if (disk.journal.length > Math.max(foldAtBytes, this.#foldedBytes)) await this.#startFolding(disk);
  }

  /** Rotates before the next commit is written, and writes the state file while commits go on. */
  async #startFolding(disk: Disk): Promise<void> {
    if (this.#folding) return;
    this.#foldedBytes = disk.journal.length;
    const superfluous = await disk.journal.rotate();
    disk.low.data = this.#state();
    this.#folding = disk.low
      .write()
      .then(() => disk.journal.removeUpTo(superfluous))
      .catch((error: Error) => disk.warn(`The state file could not be written: ${error.message} Its journal is kept.`))
      .finally(() => (this.#folding = undefined));
  }
}
