/** The lines kept per container; a kubelet rotates its log files likewise. */
const keptLines = 10_000;

interface Line {
  readonly time: string;
  readonly text: string;
}

export interface LogQuery {
  readonly tailLines?: number;
  readonly sinceTime?: Date;
  readonly timestamps: boolean;
}

/** What a container has written, line by line, with those who follow it. */
export class ContainerLog {
  readonly #lines: Line[] = [];
  readonly #followers = new Set<{ onLine: (line: Line) => void; onEnd: () => void }>();
  #partial = '';
  #ended = false;

  write(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) this.#append(line);
  }

  /** The container has ended: a last line without line feed counts, and followers are told. */
  end(): void {
    if (this.#partial !== '') this.#append(this.#partial);
    this.#partial = '';
    this.#ended = true;
    for (const { onEnd } of this.#followers) onEnd();
    this.#followers.clear();
  }

  read({ tailLines, sinceTime, timestamps }: LogQuery): string {
    const since = sinceTime?.toISOString() ?? '';
    const lines = this.#lines.filter(({ time }) => time >= since);
    const tail = tailLines === undefined ? lines : tailLines === 0 ? [] : lines.slice(-tailLines);
    return tail.map((line) => formatted(line, timestamps)).join('');
  }

  /** Calls back for each later line; returns the way to stop. */
  follow(timestamps: boolean, onText: (text: string) => void, onEnd: () => void): () => void {
    if (this.#ended) {
      onEnd();
      return () => {};
    }
    const follower = { onLine: (line: Line) => onText(formatted(line, timestamps)), onEnd };
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  #append(text: string): void {
    const line = { time: new Date().toISOString(), text };
    this.#lines.push(line);
    if (this.#lines.length > keptLines) this.#lines.splice(0, keptLines / 10);
    for (const { onLine } of this.#followers) onLine(line);
  }
}

function formatted({ time, text }: Line, timestamps: boolean): string {
  return timestamps ? `${time.replace('Z', '000000Z')} ${text}\n` : `${text}\n`;
}
