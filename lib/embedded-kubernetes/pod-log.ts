import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { isTrue, numberOf, type ApiRequest } from './api-request.ts';
import type { ContainerLog, LogQuery } from './container-log.ts';
import type { ContainerWorker } from './container-worker.ts';
import type { Kubelet } from './kubelet.ts';
import type { Pod } from './pod.ts';
import { badRequest } from './status-error.ts';

/** GET …/pods/NAME/log */
export function sendLog({ query, response }: ApiRequest, pod: Pod, kubelet: Kubelet): void {
  const worker = containerOf(pod, query.get('container'), kubelet);
  const log = worker.log(isTrue(query, 'previous'));
  const { name } = worker.container;
  if (!log) throw badRequest(`previous terminated container "${name}" in pod "${pod.metadata.name}" not found`);
  const { waiting } = worker.status.state;
  if (waiting && !worker.status.lastState.terminated) {
    throw badRequest(`container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${waiting.reason}`);
  }
  const asked = queryOf(query);
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  if (isTrue(query, 'follow')) {
    void follow(log, asked, response);
    return;
  }
  const text = log.read(asked);
  response.end(text.slice(0, numberOf(query, 'limitBytes') ?? text.length));
}

async function follow(log: ContainerLog, asked: LogQuery, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.flushHeaders();
  // A reader that goes away in the middle has what it wanted.
  await pipeline(log.follow(asked, gone.signal), response).catch(() => undefined);
}

function queryOf(query: URLSearchParams): LogQuery {
  const tailLines = numberOf(query, 'tailLines');
  const sinceTime = sinceOf(query);
  return {
    timestamps: isTrue(query, 'timestamps'),
    ...(tailLines !== undefined && { tailLines }),
    ...(sinceTime && { sinceTime }),
  };
}

/** The container that a subresource request names, or the only one. */
export function containerOf(pod: Pod, wanted: string | null, kubelet: Kubelet): ContainerWorker {
  const { name } = pod.metadata;
  const { containers } = pod.spec;
  if (!wanted && containers.length > 1) {
    const names = containers.map((container) => container.name).join(' ');
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names}]`);
  }
  const container = wanted || (containers[0]?.name ?? '');
  const worker = kubelet.container(pod, container);
  if (!worker) throw badRequest(`container ${container} is not valid for pod ${name}`);
  return worker;
}

function sinceOf(query: URLSearchParams): Date | undefined {
  const seconds = numberOf(query, 'sinceSeconds');
  if (seconds !== undefined) return new Date(Date.now() - seconds * 1000);
  const time = query.get('sinceTime');
  return time ? new Date(time) : undefined;
}
