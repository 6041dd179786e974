import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AwsError, serializationException } from '../errors.ts';

/** The largest body that is read, packed or not; a RegisterTaskDefinition may have 64 KiB ("Amazon ECS service quotas"). */
const MAX_BODY_BYTES = 2 * 1024 * 1024;
/** A client that is answered while it still sends may see a reset instead of the answer: so much is read and dropped. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

const unzip = promisify(gunzip);

/** What body parsers leave of a body that they have consumed. */
type Consumed = IncomingMessage & { readonly body?: unknown };

/**
 * The JSON of the body; none is `{}`, as clients without input may send nothing. Never resolves when the client goes
 * away before its end: there is nobody to answer.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (request.readableEnded) return fromBodyParser((request as Consumed).body);
  return parseJson(await decode(await readBytes(request), request.headers['content-encoding']));
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else if (size > MAX_DISCARDED_BYTES) reject(tooLarge());
    });
    request.on('end', () => {
      if (size > MAX_BODY_BYTES) reject(tooLarge());
      else resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
  });
}

async function decode(bytes: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity' || bytes.length === 0) return bytes;
  if (encoding !== 'gzip') {
    throw new AwsError('ClientException', `The Content-Encoding ${encoding} is not supported: send gzip or none.`, 415);
  }
  try {
    return await unzip(bytes, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw serializationException(`The body is not the gzip data that its Content-Encoding announces.`);
  }
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(bytes.toString('utf8')) ?? {};
  } catch (error) {
    throw serializationException(`The body is not JSON: ${(error as Error).message}`);
  }
}

function fromBodyParser(body: unknown): unknown {
  if (Buffer.isBuffer(body)) return parseJson(body);
  if (typeof body === 'string') return parseJson(Buffer.from(body));
  return body ?? {};
}

function tooLarge(): AwsError {
  return new AwsError('ClientException', `The body has more than ${MAX_BODY_BYTES} bytes, the most that is read.`, 413);
}
