import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import type { WebSocket } from 'ws';
import { type ClusterAccess, apiError } from './api-client.ts';

/** v5 came with Kubernetes 1.30; it alone can say that the input has ended (KEP-4006). */
export const endsInput = 'v5.channel.k8s.io';
const protocols = [endsInput, 'v4.channel.k8s.io'];

/**
 * A websocket to the API server on which streams travel as numbered channels. client-node's WebSocketHandler would hide
 * the server's words when it refuses, and knows neither back-pressure nor the size of a terminal. It comes paused, so
 * that nothing is missed before somebody listens.
 * @throws ApiError when the server refuses
 */
export async function openChannelSocket(access: ClusterAccess, path: string, signal?: AbortSignal): Promise<WebSocket> {
  const options: RequestOptions = {};
  await access.applyToHTTPSOptions(options);
  // Loaded by the first who needs it.
  const { WebSocket } = await import('ws');
  const server = (access.getCurrentCluster()?.server ?? '').replace(/\/$/, '');
  const socket = new WebSocket(`${server.replace(/^http/, 'ws')}${path}`, protocols, options as object);
  const abort = () => socket.terminate();
  signal?.addEventListener('abort', abort);
  socket.once('close', () => signal?.removeEventListener('abort', abort));
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.pause();
      resolve(socket);
    });
    socket.on('error', reject);
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      text(response).then((body) => reject(apiError(response.statusCode ?? 0, body)), reject);
    });
    if (signal?.aborted) abort();
  });
}
