import { isTrue, numberOf, type ApiRequest } from './api-request.ts';
import { selectorOf, wantsTable } from './list-response.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { ObjectStorage, StorageEvent } from './object-storage.ts';
import { apiVersionOf } from './resource-types.ts';
import type { Selector } from './selectors.ts';
import { StatusError } from './status-error.ts';
import { tableOf } from './table.ts';

/** The API server itself ends a watch after 30 to 60 minutes. */
const defaultSeconds = 1800;

/** Streams the changes of what a request selects, from a version on. https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
export function sendWatch(request: ApiRequest, storage: ObjectStorage): void {
  const { query, response, type } = request;
  const matches = selectorOf(request);
  const send = (kind: string, object: object) => response.write(`${JSON.stringify({ type: kind, object })}\n`);
  const show = (object: KubernetesObject) =>
    wantsTable(request)
      ? tableOf(type, [object], object.metadata.resourceVersion ?? '', query.get('includeObject') ?? 'Metadata')
      : object;
  const bookmark = (annotations?: object) =>
    send('BOOKMARK', {
      kind: type.kind,
      apiVersion: apiVersionOf(type),
      metadata: {
        resourceVersion: String(storage.version),
        creationTimestamp: null,
        ...(annotations && { annotations }),
      },
    });
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
  response.flushHeaders();
  const stop = start(request, storage, { matches, send, show, bookmark });
  const timer = setTimeout(
    () => {
      if (isTrue(query, 'allowWatchBookmarks')) bookmark();
      response.end();
    },
    (numberOf(query, 'timeoutSeconds') || defaultSeconds) * 1000,
  ).unref();
  response.once('close', () => {
    clearTimeout(timer);
    stop();
  });
}

interface Stream {
  readonly matches: Selector;
  send(type: string, object: object): void;
  show(object: KubernetesObject): object;
  bookmark(annotations?: object): void;
}

function start(request: ApiRequest, storage: ObjectStorage, stream: Stream): () => void {
  const { type, query, response } = request;
  const from = numberOf(query, 'resourceVersion') ?? 0;
  const sendsAll = from === 0 || isTrue(query, 'sendInitialEvents');
  if (sendsAll) {
    for (const object of storage.list(type).filter(stream.matches)) stream.send('ADDED', stream.show(object));
    if (isTrue(query, 'sendInitialEvents')) stream.bookmark({ 'k8s.io/initial-events-end': 'true' });
  }
  try {
    return storage.watch(sendsAll ? storage.version : from, (event) => {
      const change = event.resource === type && seen(event, stream.matches);
      if (change)
        stream.send(change, stream.show(change === 'DELETED' && event.type !== 'DELETED' ? left(event) : event.object));
    });
  } catch (error) {
    // A watch has answered 200 already: its error is an event, after which it ends.
    if (!(error instanceof StatusError)) throw error;
    stream.send('ERROR', error.body);
    response.end();
    return () => {};
  }
}

/** What a change is to somebody who sees only what matches: an object comes when it begins to match and goes when it ceases to. */
function seen({ type, object, previous }: StorageEvent, matches: Selector): StorageEvent['type'] | undefined {
  const did = previous !== undefined && matches(previous);
  const does = type !== 'DELETED' && matches(object);
  if (type === 'DELETED') return did || matches(object) ? 'DELETED' : undefined;
  if (does) return did ? 'MODIFIED' : 'ADDED';
  return did ? 'DELETED' : undefined;
}

/** An object that ceases to match is shown as it last matched, with the version of the change. */
function left({ previous, object }: StorageEvent): KubernetesObject {
  if (!previous) return object;
  const { resourceVersion } = object.metadata;
  return { ...previous, metadata: { ...previous.metadata, ...(resourceVersion && { resourceVersion }) } };
}
