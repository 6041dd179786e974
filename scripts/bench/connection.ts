import { type Socket, connect } from 'node:net';

export interface Response {
  readonly status: number;
  readonly text: () => string;
}

/** One request at a time over one socket, opened again where the server closes it after each answer (moto does). */
export class Connection {
  readonly #port: number;
  #socket: Socket | undefined;
  #chunks: Buffer[] = [];
  #size = 0;
  /** How many bytes the answer has, once its head has been read; -1 for a chunked one. */
  #expected: number | undefined;
  #settle: { resolve: (response: Response) => void; reject: (error: Error) => void } | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  exchange(request: Buffer): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#chunks = [];
      this.#size = 0;
      this.#expected = undefined;
      this.#socket ??= this.#open();
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
    socket.setTimeout(60_000, () => socket.destroy(new Error('No answer within 60 s.')));
    socket.on('data', (chunk) => this.#received(chunk));
    socket.on('error', (error) => this.#failed(socket, error));
    socket.on('close', () => this.#failed(socket, new Error('The server closed the connection before its answer.')));
    return socket;
  }

  #received(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#expected ??= expectedSize(this.#whole());
    if (this.#expected === undefined) return;
    const complete =
      this.#expected < 0 ? this.#whole().subarray(-5).toString('latin1') === '0\r\n\r\n' : this.#size >= this.#expected;
    if (!complete) return;
    const answer = this.#whole();
    if (/\r\nconnection: close\r\n/i.test(answer.subarray(0, 2000).toString('latin1'))) this.#forget();
    this.#settle?.resolve({
      status: Number(answer.subarray(9, 12).toString('latin1')),
      text: () => answer.toString('utf8'),
    });
  }

  #whole(): Buffer {
    const [first] = this.#chunks;
    if (this.#chunks.length > 1 || !first) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  #failed(socket: Socket, error: Error): void {
    if (socket !== this.#socket) return;
    this.#forget();
    this.#settle?.reject(error);
  }

  #forget(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }
}

/** The size of head and body, -1 where the body is chunked, undefined where the head is not complete. */
function expectedSize(answer: Buffer): number | undefined {
  const headEnd = answer.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer.subarray(0, headEnd).toString('latin1'))?.[1];
  return length === undefined ? -1 : headEnd + 4 + Number(length);
}
