import { isTrue, numberOf, type ApiRequest } from './api-request.ts';
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
  const timestamps = isTrue(query, 'timestamps');
  const tailLines = numberOf(query, 'tailLines');
  const sinceTime = sinceOf(query);
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  const text = log.read({ timestamps, ...(tailLines !== undefined && { tailLines }), ...(sinceTime && { sinceTime }) });
  if (!isTrue(query, 'follow')) {
    response.end(text.slice(0, numberOf(query, 'limitBytes') ?? text.length));
    return;
  }
  response.write(text);
  response.flushHeaders();
  const stop = log.follow(
    timestamps,
    (line) => response.write(line),
    () => response.end(),
  );
  response.once('close', stop);
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
