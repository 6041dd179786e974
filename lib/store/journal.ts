import { type FileHandle, mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { TableName, Tables } from './state.ts';

/** A record that was put under its key, or null where the key was deleted. */
export type Change = { [N in TableName]: [table: N, arn: string, record: Tables[N] | null] }[TableName];

/**
 * What was committed since the state file was last written: numbered files beside it, one line of JSON per commit.
 * A commit costs what it changes, however large the state is. Replaying a journal onto a state that has it already
 * changes nothing, so a crash between writing the state file and deleting its journals is harmless.
 */
export class Journal {
  readonly #path: string;
  #number: number;
  #file: FileHandle | undefined;
  /** Bytes in the current file that are whole lines; a torn write after it is overwritten by the next. */
  #length = 0;

  constructor(path: string, number: number) {
    this.#path = path;
    this.#number = number;
  }

  get length(): number {
    return this.#length;
  }

  async append(changes: readonly Change[]): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(changes)}\n`);
    this.#file ??= await this.#create();
    let written = 0;
    while (written < line.length) {
      const result = await this.#file.write(line, written, line.length - written, this.#length + written);
      written += result.bytesWritten;
    }
    this.#length += line.length;
  }

  /** Later commits go to a new file. Answers the number of the last file that a state written now makes superfluous. */
  async rotate(): Promise<number> {
    await this.close();
    this.#length = 0;
    return this.#number++;
  }

  async removeUpTo(number: number): Promise<void> {
    for (const file of await journalFiles(this.#path)) {
      if (file.number <= number) await rm(file.path);
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #create(): Promise<FileHandle> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    return open(`${this.#path}.journal.${this.#number}`, 'w', 0o600);
  }
}

/** Opens the journal beside a state file, and answers the changes that it holds, oldest first. */
export async function openJournal(
  path: string,
  warn: (message: string) => void,
): Promise<{ journal: Journal; changes: Change[] }> {
  const files = await journalFiles(path);
  const changes: Change[] = [];
  for (const file of files) changes.push(...(await readChanges(file.path, warn)));
  const last = files.at(-1)?.number ?? 0;
  return { journal: new Journal(path, last + 1), changes };
}

async function journalFiles(path: string): Promise<{ path: string; number: number }[]> {
  const names = await readdir(dirname(path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const prefix = `${basename(path)}.journal.`;
  return names
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => ({ path: join(dirname(path), name), number: Number(name.slice(prefix.length)) }))
    .sort((a, b) => a.number - b.number);
}

/** A last line that was not written to its end was never answered to anybody and is dropped; damage before it is put aside. */
async function readChanges(path: string, warn: (message: string) => void): Promise<Change[]> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  const changes: Change[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    try {
      changes.push(...(JSON.parse(line) as Change[]));
    } catch {
      if (index < lines.length - 1) await putAside(path, index, warn);
      break;
    }
  }
  return changes;
}

async function putAside(path: string, goodLines: number, warn: (message: string) => void): Promise<void> {
  const aside = `${path}.damaged`;
  await rename(path, aside);
  warn(
    `The journal ${path} is damaged in line ${goodLines + 1}. It was put aside as ${aside}; what came before that line is kept.`,
  );
}
