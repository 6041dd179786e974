import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod, V1PodList, V1Status } from '@kubernetes/client-node';
import type { Log } from '../util/log.ts';
import { type ApiClient, ApiError } from './api-client.ts';

export interface PodWatcherOptions {
  readonly api: ApiClient;
  readonly labelSelector: string;
  readonly log: Log;
  readonly onPod: (pod: V1Pod) => void;
  readonly onGone: (key: string, pod?: V1Pod) => void;
}

export interface PodWatcher {
  /** Resolves when all Pods that exist have been delivered. */
  start(): Promise<void>;
  close(): void;
}

/** What identifies a Pod through its life: another Pod of the same name has another uid. */
export const podKey = ({ metadata }: V1Pod): string => metadata?.uid ?? '';

/** The API server ends a watch after this time; one that says nothing for much longer has lost its connection. */
const watchSeconds = 240;
const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * Lists the Pods and follows their changes, as "Efficient detection of changes" in "Kubernetes API Concepts" describes.
 * client-node's informer does less: it does not try again after an error, nor tell in a re-list what went away.
 */
export function createPodWatcher(options: PodWatcherOptions): PodWatcher {
  const stopped = new AbortController();
  const known = new Set<string>();
  const { signal } = stopped;
  return {
    start: () =>
      new Promise<void>((resolve) => {
        // Nothing is listed any more once it is closed, and nobody shall wait for it.
        signal.addEventListener('abort', () => resolve(), { once: true });
        void follow(options, known, signal, resolve);
      }),
    close: () => stopped.abort(),
  };
}

async function follow(options: PodWatcherOptions, known: Set<string>, signal: AbortSignal, listed: () => void) {
  let version: string | undefined;
  let pause = firstPauseMs;
  while (!signal.aborted) {
    const began = Date.now();
    const progress: Progress = { version };
    try {
      progress.version ??= await list(options, known);
      listed();
      await watchFrom(options, known, progress, signal);
    } catch (error) {
      if (isExpired(error)) progress.version = undefined;
      sayEnded(options.log, error, pause);
    }
    // A server that is away, or that answers and hangs up at once, is asked more and more seldom.
    const worked = Date.now() - began > longestPauseMs || (version !== undefined && progress.version !== version);
    version = progress.version;
    await delay(pause, undefined, { signal }).catch(() => undefined);
    pause = worked && version !== undefined ? firstPauseMs : Math.min(pause * 2, longestPauseMs);
  }
}

/** A watch that ends is usual; a server that has been away for some seconds is worth knowing of. */
function sayEnded(log: Log, error: unknown, pause: number): void {
  const words = `The watch of the Pods ended (${(error as Error).message}); the next try is in ${pause} ms.`;
  if (pause === longestPauseMs) log.warn(words);
  else log.debug(words);
}

/** The version of what has been delivered, or undefined if all must be listed again. */
interface Progress {
  version: string | undefined;
}

/** Delivers all that exist and what no longer does. @returns the version to watch from */
async function list({ api, labelSelector, onPod, onGone }: PodWatcherOptions, known: Set<string>): Promise<string> {
  const { items, metadata } = await api.get<V1PodList>('/api/v1/pods', { labelSelector });
  const present = new Set(items.map(podKey));
  for (const key of [...known].filter((candidate) => !present.has(candidate))) {
    known.delete(key);
    onGone(key);
  }
  for (const pod of items) {
    known.add(podKey(pod));
    onPod(pod);
  }
  return metadata?.resourceVersion ?? '';
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: V1Pod;
}

/** Follows the changes until the server ends the watch. */
async function watchFrom(options: PodWatcherOptions, known: Set<string>, progress: Progress, signal: AbortSignal) {
  const { api, labelSelector } = options;
  const query = {
    watch: true,
    labelSelector,
    resourceVersion: progress.version,
    allowWatchBookmarks: true,
    timeoutSeconds: watchSeconds,
  };
  const limit = AbortSignal.any([signal, AbortSignal.timeout((watchSeconds + 30) * 1000)]);
  for await (const { type, object } of eventsOf(await api.stream('/api/v1/pods', query, limit))) {
    if (type === 'ERROR') throw watchError(object as V1Status);
    if (type !== 'BOOKMARK') deliver(options, known, type, object);
    progress.version = object.metadata?.resourceVersion ?? progress.version;
  }
}

function deliver({ onPod, onGone }: PodWatcherOptions, known: Set<string>, type: WatchEvent['type'], pod: V1Pod): void {
  if (type === 'DELETED') {
    known.delete(podKey(pod));
    onGone(podKey(pod), pod);
  } else {
    known.add(podKey(pod));
    onPod(pod);
  }
}

async function* eventsOf(response: IncomingMessage): AsyncGenerator<WatchEvent> {
  const lines = createInterface({ input: response, crlfDelay: Infinity });
  // readline does not pass on its input's errors: without this a cut connection would be an uncaught error.
  let cut: Error | undefined;
  response.once('error', (error) => {
    cut = error;
    lines.close();
  });
  try {
    for await (const line of lines) {
      if (line) yield JSON.parse(line) as WatchEvent;
    }
  } finally {
    response.destroy();
  }
  if (cut) throw cut;
}

const watchError = ({ code = 500, reason = '', message = '' }: V1Status): ApiError =>
  new ApiError(code, reason, message);

/** The version is too old: "410 Gone responses" in "Kubernetes API Concepts". */
const isExpired = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 410 || error.reason === 'Expired');
