/** The last bytes of what is appended. */
export class Tail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  append(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    // Now and then: to copy for each chunk would cost the square of a container's output.
    if (this.#bytes > 2 * this.#limit) this.read();
  }

  read(): Buffer {
    // A copy, which does not hold what went before in memory.
    const last = Buffer.from(Buffer.concat(this.#chunks).subarray(-this.#limit));
    this.#chunks = [last];
    this.#bytes = last.length;
    return last;
  }
}
