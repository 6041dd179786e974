/** The streams of a container or a command, as their frames number them (Docker Engine API, ContainerAttach, "Stream format"). */
export const frameOf = { stdout: 1, stderr: 2 } as const;

const headerLength = 8;

export interface Frame {
  readonly stream: number;
  readonly data: Buffer;
}

/** Takes a stream of the engine apart; with a terminal it is not multiplexed, and all is standard output. */
export async function* framesOf(source: AsyncIterable<unknown>, isTerminal: boolean): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    if (isTerminal) {
      yield { stream: frameOf.stdout, data: chunk as Buffer };
      continue;
    }
    rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= headerLength) {
      const end = headerLength + rest.readUInt32BE(4);
      if (rest.length < end) break;
      yield { stream: rest[0] ?? 0, data: rest.subarray(headerLength, end) };
      rest = rest.subarray(end);
    }
  }
}
