import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Adapter } from 'lowdb';
import { type State, tableNames } from './state.ts';

const recordsPerChunk = 100;

/**
 * lowdb's adapter for the state file. Unlike lowdb's own JSONFile it writes with mode 0600 (the state holds the
 * environment of tasks), and in pieces, so that a file of megabytes does not hold up requests.
 */
export class StateFile implements Adapter<State> {
  readonly #path: string;
  readonly #warn: (message: string) => void;

  constructor(path: string, warn: (message: string) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  async read(): Promise<State | null> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return null;
    try {
      return parseState(text);
    } catch (error) {
      await this.#putAside(error);
      return null;
    }
  }

  async write(state: State): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const temporary = `${this.#path}.tmp`;
    await writeFile(temporary, piecesOf(state), { mode: 0o600 });
    await rename(temporary, this.#path);
  }

  async #putAside(error: unknown): Promise<void> {
    const aside = `${this.#path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
    await rename(this.#path, aside);
    const reason = error instanceof Error ? error.message : String(error);
    this.#warn(`The state file ${this.#path} is damaged (${reason}). It was put aside as ${aside}; KECS starts empty.`);
  }
}

function parseState(text: string): State {
  const state = JSON.parse(text) as State;
  if (typeof state?.version !== 'number' || typeof state.instanceId !== 'string' || typeof state.tables !== 'object') {
    throw new Error('it is JSON, but not the state of KECS');
  }
  return state;
}

async function* piecesOf(state: State): AsyncGenerator<string> {
  yield `{"version":${state.version},"instanceId":${JSON.stringify(state.instanceId)},"tables":{`;
  for (const [index, name] of tableNames.entries()) {
    yield `${index > 0 ? ',' : ''}\n${JSON.stringify(name)}:[`;
    const records = state.tables[name];
    for (let start = 0; start < records.length; start += recordsPerChunk) {
      const chunk = records.slice(start, start + recordsPerChunk).map((record) => JSON.stringify(record));
      yield `${start > 0 ? ',' : ''}\n${chunk.join(',\n')}`;
      await yieldToOthers();
    }
    yield ']';
  }
  yield '}}\n';
}
