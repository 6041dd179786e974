import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../../errors.ts';
import type { TaskStreams } from '../../task-streams/task-streams.ts';
import type { Log } from '../../util/log.ts';
import type { CallerGuard } from '../caller-guard.ts';
import { refusalOf } from './refusal.ts';
import { type StreamPath, checkNames, countOf, isTrue, parseStreamPath } from './stream-path.ts';

type LogsRoute = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * `GET /_kecs/tasks/<task ARN>/logs?container&follow&tail&timestamps`: a container's output as it comes.
 * @returns whether the request was one for a stream of a task
 */
export function createLogsRoute(streams: TaskStreams, guard: CallerGuard, log: Log): LogsRoute {
  return (request, response) => {
    const path = parseStreamPath(request.url);
    if (!path) return false;
    request.resume();
    answer(path, request, response, streams, guard).catch((error: unknown) => {
      if (response.headersSent) {
        // A body that breaks off tells the client that there was more to come.
        log.warn(`The output of ${path.taskArn} broke off: ${(error as Error).message}`);
        response.destroy();
      } else refuse(response, error, log);
    });
    return true;
  };
}

async function answer(
  { what, taskArn, query }: StreamPath,
  request: IncomingMessage,
  response: ServerResponse,
  streams: TaskStreams,
  guard: CallerGuard,
): Promise<void> {
  guard(request.headers);
  if (what === 'exec') throw new AwsError('InvalidAction', 'Commands run over a websocket: upgrade the request.', 426);
  if (request.method !== 'GET') throw new AwsError('InvalidAction', 'The output of a task is there for GET only.', 405);
  checkNames(query, ['container', 'follow', 'tail', 'timestamps']);
  const tail = countOf(query, 'tail');
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const chunks = await streams.logs(taskArn, query.get('container') ?? undefined, {
    follow: isTrue(query, 'follow'),
    timestamps: isTrue(query, 'timestamps'),
    ...(tail !== undefined && { tail }),
    signal: gone.signal,
  });
  // A browser must not take a container's output for a page.
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.flushHeaders();
  await pipeline(chunks, response).catch((error: NodeJS.ErrnoException) => {
    // The client went away.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

function refuse(response: ServerResponse, error: unknown, log: Log): void {
  if (response.destroyed) return;
  const { status, message } = refusalOf(error, log);
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(status === 405 && { allow: 'GET' }),
    ...(status === 426 && { upgrade: 'websocket', connection: 'upgrade' }),
  });
  response.end(JSON.stringify({ message }));
}
