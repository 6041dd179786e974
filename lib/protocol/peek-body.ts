import type { IncomingMessage } from 'node:http';

/**
 * Calls back with the whole body of a request, which stays readable for whoever comes next; without it when it has more
 * than `limit` bytes. Never calls back when the client goes away before.
 *
 * The bytes are put back before the stream says `end`: it does so a tick after it was read empty, and not while it holds
 * something ("readable.unshift()", Node.js documentation). `complete` says that the last byte has come, whatever way
 * the body was framed.
 */
export function peekBody(request: IncomingMessage, limit: number, callback: (body: Buffer | undefined) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const onReadable = (): void => {
    for (let chunk = read(request); chunk; chunk = read(request)) {
      chunks.push(chunk);
      size += chunk.length;
    }
    if (!request.complete && size <= limit) return;
    request.removeListener('readable', onReadable);
    const body = Buffer.concat(chunks);
    if (size > 0) request.unshift(body);
    callback(size > limit ? undefined : body);
  };
  request.on('readable', onReadable);
}

const read = (request: IncomingMessage): Buffer | null => request.read() as Buffer | null;
