/** What is kept per container, in lines and in characters; a kubelet rotates its log files likewise (containerLogMaxSize, 10Mi). */
const keptLines = 10_000;
const keptLength = 10 * 2 ** 20;
/** A longer one is told in parts: what never ends must not fill the memory. */
const longestLine = 2 ** 20;
const linesAtOnce = 100;

interface Line {
  readonly time: string;
  /** With its line feed, unless it is the last of a container that wrote none. */
  readonly text: string;
}

export interface LogQuery {
  readonly tailLines?: number;
  readonly sinceTime?: Date;
  readonly timestamps: boolean;
}

/** What a container has written, line by line, and those who wait for more. */
export class ContainerLog {
  readonly #lines: Line[] = [];
  /** How many lines went before the first that is kept. */
  #dropped = 0;
  #length = 0;
  readonly #waiting = new Set<() => void>();
  #partial = '';
  #ended = false;

  write(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) this.#append(`${line}\n`);
    const isLong = this.#partial.length > longestLine;
    if (isLong) this.#append(this.#partial);
    if (isLong) this.#partial = '';
    if (isLong || lines.length > 0) this.#wake();
  }

  /** The container has ended: a last line without line feed is seen from here on, and followers are told. */
  end(): void {
    if (this.#partial !== '') this.#append(this.#partial);
    this.#partial = '';
    this.#ended = true;
    this.#wake();
  }

  read({ tailLines, sinceTime, timestamps }: LogQuery): string {
    const since = sinceTime?.toISOString() ?? '';
    const lines = this.#lines.filter(({ time }) => time >= since);
    const tail = tailLines === undefined ? lines : tailLines === 0 ? [] : lines.slice(-tailLines);
    return tail.map((line) => formatted(line, timestamps)).join('');
  }

  /** As `read`, then what follows until the container has ended. Lines wait for a slow reader as long as they are kept. */
  async *follow(query: LogQuery, signal: AbortSignal): AsyncGenerator<string> {
    let next = this.#dropped + this.#lines.length;
    yield this.read(query);
    while (!signal.aborted) {
      const from = Math.max(next - this.#dropped, 0);
      const lines = this.#lines.slice(from, from + linesAtOnce);
      next = this.#dropped + from + lines.length;
      if (lines.length > 0) yield lines.map((line) => formatted(line, query.timestamps)).join('');
      else if (this.#ended) return;
      else await this.#news(signal);
    }
  }

  #append(text: string): void {
    this.#lines.push({ time: new Date().toISOString(), text });
    this.#length += text.length;
    if (this.#lines.length <= keptLines && this.#length <= keptLength) return;
    const old = this.#lines.splice(0, Math.ceil(this.#lines.length / 10));
    this.#dropped += old.length;
    for (const line of old) this.#length -= line.text.length;
  }

  #news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const told = () => {
        signal.removeEventListener('abort', told);
        this.#waiting.delete(told);
        resolve();
      };
      signal.addEventListener('abort', told, { once: true });
      this.#waiting.add(told);
    });
  }

  #wake(): void {
    for (const told of this.#waiting) told();
  }
}

function formatted({ time, text }: Line, timestamps: boolean): string {
  return timestamps ? `${time.replace('Z', '000000Z')} ${text}` : text;
}
