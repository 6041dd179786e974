import type { IncomingMessage } from 'node:http';
import type { LogOptions } from '../runtime/task-runtime.ts';
import { type ApiClient, isStatus } from './api-client.ts';
import { encodeName, taskNames } from './names.ts';

export async function containerLogs(
  api: ApiClient,
  taskArn: string,
  container: string,
  { follow, tail, timestamps, signal }: LogOptions,
): Promise<AsyncIterable<Buffer>> {
  const { namespace, name } = taskNames(taskArn);
  const query = { container: encodeName(container), follow, tailLines: tail, timestamps };
  const ended = new AbortController();
  const until = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
  const response = api.stream(`/api/v1/namespaces/${namespace}/pods/${name}/log`, query, until);
  return chunksOf(await opened(response, taskArn, container), ended, signal);
}

async function* chunksOf(
  response: IncomingMessage,
  ended: AbortController,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    ended.abort();
  }
}

async function opened(
  response: Promise<IncomingMessage>,
  taskArn: string,
  container: string,
): Promise<IncomingMessage> {
  return response.catch((error: unknown) => {
    if (isStatus(error, 404)) {
      throw new Error(`There is no output of ${taskArn}: its Pod is gone, and the output went with it.`, {
        cause: error,
      });
    }
    if (!isStatus(error, 400)) throw error;
    // Kubernetes speaks of the container by the name that it has there.
    const words = error.message.replaceAll(encodeName(container), container);
    throw new Error(`There is no output of ${taskArn}: ${words}.`, { cause: error });
  });
}
