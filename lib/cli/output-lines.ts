import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Takes chunks over to `output` as they are; resolves when all is taken. */
export async function copy(chunks: AsyncIterable<Buffer>, output: Writable): Promise<void> {
  for await (const chunk of chunks) await write(output, chunk);
}

/** Takes whole lines over, each with a prefix, so that lines of several containers do not mix. */
export async function copyLines(chunks: AsyncIterable<Buffer>, output: Writable, prefix: string): Promise<void> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    // A line may be as long as it likes, and is told in pieces of this size.
    const end = rest.length > longestLine ? rest.length : rest.lastIndexOf(lineFeed) + 1;
    if (end === 0) continue;
    await write(output, prefixed(rest.subarray(0, end), prefix));
    rest = rest.subarray(end);
  }
  if (rest.length > 0) await write(output, prefixed(rest, prefix));
}

const lineFeed = 10;
const longestLine = 2 ** 20;

function prefixed(lines: Buffer, prefix: string): Buffer {
  const pieces: Buffer[] = [];
  for (let start = 0; start < lines.length;) {
    const end = lines.indexOf(lineFeed, start);
    pieces.push(Buffer.from(prefix), lines.subarray(start, end < 0 ? undefined : end), Buffer.of(lineFeed));
    start = end < 0 ? lines.length : end + 1;
  }
  return Buffer.concat(pieces);
}

async function write(output: Writable, data: Buffer): Promise<void> {
  if (!output.write(data)) await once(output, 'drain');
}
