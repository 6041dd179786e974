import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { KubernetesObject, V1ListMeta, V1Status } from '@kubernetes/client-node';
import type { Log } from '../util/log.ts';
import { type ApiClient, ApiError } from './api-client.ts';

export interface WatcherOptions<T extends KubernetesObject> {
  readonly api: ApiClient;
  /** Of the objects in all namespaces, such as `/api/v1/pods`. */
  readonly path: string;
  readonly labelSelector: string;
  readonly log: Log;
  readonly onObject: (object: T) => void;
  /** Without the object where it went away while nobody watched. */
  readonly onGone: (key: string, object?: T) => void;
}

export interface Watcher {
  /** Resolves when all objects that exist have been delivered. */
  start(): Promise<void>;
  close(): void;
}

/** What identifies an object through its life: another one of the same name has another uid. */
export const keyOf = ({ metadata }: KubernetesObject): string => metadata?.uid ?? '';

/** The API server ends a watch after this time; one that says nothing for much longer has lost its connection. */
const watchSeconds = 240;
const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * Lists objects and follows their changes, as "Efficient detection of changes" in "Kubernetes API Concepts" describes.
 * client-node's informer does less: it does not try again after an error, nor tell in a re-list what went away.
 */
export function createWatcher<T extends KubernetesObject>(options: WatcherOptions<T>): Watcher {
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

async function follow<T extends KubernetesObject>(
  options: WatcherOptions<T>,
  known: Set<string>,
  signal: AbortSignal,
  listed: () => void,
) {
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
      sayEnded(options, error, pause);
    }
    // A server that is away, or that answers and hangs up at once, is asked more and more seldom.
    const worked = Date.now() - began > longestPauseMs || (version !== undefined && progress.version !== version);
    version = progress.version;
    await delay(pause, undefined, { signal }).catch(() => undefined);
    pause = worked && version !== undefined ? firstPauseMs : Math.min(pause * 2, longestPauseMs);
  }
}

/** A watch that ends is usual; a server that has been away for some seconds is worth knowing of. */
function sayEnded({ log, path }: Pick<WatcherOptions<never>, 'log' | 'path'>, error: unknown, pause: number): void {
  const words = `The watch of ${path} ended (${(error as Error).message}); the next try is in ${pause} ms.`;
  if (pause === longestPauseMs) log.warn(words);
  else log.debug(words);
}

/** The version of what has been delivered, or undefined if all must be listed again. */
interface Progress {
  version: string | undefined;
}

/** Delivers all that exist and what no longer does. @returns the version to watch from */
async function list<T extends KubernetesObject>(
  { api, path, labelSelector, onObject, onGone }: WatcherOptions<T>,
  known: Set<string>,
): Promise<string> {
  const { items, metadata } = await api.get<{ items: T[]; metadata?: V1ListMeta }>(path, { labelSelector });
  const present = new Set(items.map(keyOf));
  for (const key of [...known].filter((candidate) => !present.has(candidate))) {
    known.delete(key);
    onGone(key);
  }
  for (const object of items) {
    known.add(keyOf(object));
    onObject(object);
  }
  return metadata?.resourceVersion ?? '';
}

interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

/** Follows the changes until the server ends the watch. */
async function watchFrom<T extends KubernetesObject>(
  options: WatcherOptions<T>,
  known: Set<string>,
  progress: Progress,
  signal: AbortSignal,
) {
  const { api, path, labelSelector } = options;
  const query = {
    watch: true,
    labelSelector,
    resourceVersion: progress.version,
    allowWatchBookmarks: true,
    timeoutSeconds: watchSeconds,
  };
  const limit = AbortSignal.any([signal, AbortSignal.timeout((watchSeconds + 30) * 1000)]);
  for await (const { type, object } of eventsOf<T>(await api.stream(path, query, limit))) {
    if (type === 'ERROR') throw watchError(object as KubernetesObject as V1Status);
    if (type !== 'BOOKMARK') deliver(options, known, type, object);
    progress.version = object.metadata?.resourceVersion ?? progress.version;
  }
}

function deliver<T extends KubernetesObject>(
  { onObject, onGone }: WatcherOptions<T>,
  known: Set<string>,
  type: WatchEvent<T>['type'],
  object: T,
): void {
  if (type === 'DELETED') {
    known.delete(keyOf(object));
    onGone(keyOf(object), object);
  } else {
    known.add(keyOf(object));
    onObject(object);
  }
}

async function* eventsOf<T>(response: IncomingMessage): AsyncGenerator<WatchEvent<T>> {
  const lines = createInterface({ input: response, crlfDelay: Infinity });
  // readline does not pass on its input's errors: without this a cut connection would be an uncaught error.
  let cut: Error | undefined;
  response.once('error', (error) => {
    cut = error;
    lines.close();
  });
  try {
    for await (const line of lines) {
      if (line) yield JSON.parse(line) as WatchEvent<T>;
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
