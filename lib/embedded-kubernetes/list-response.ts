import { sendJson, numberOf, type ApiRequest } from './api-request.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { ObjectStorage } from './object-storage.ts';
import { apiVersionOf } from './resource-types.ts';
import { fieldSelector, labelSelector, type Selector } from './selectors.ts';
import { badRequest } from './status-error.ts';
import { tableOf } from './table.ts';

/** The objects that a request's namespace and selectors name. */
export function selectorOf({ type, query, namespace, name }: ApiRequest): Selector {
  const byLabel = labelSelector(query.get('labelSelector') ?? '');
  const byField = fieldSelector(type, query.get('fieldSelector') ?? '');
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    byLabel(object) &&
    byField(object);
}

export function sendList(request: ApiRequest, storage: ObjectStorage): void {
  const { type, query, response, namespace } = request;
  const selected = storage.list(type, namespace).filter(selectorOf(request)).sort(byKey);
  const { items, rest } = page(selected, numberOf(query, 'limit'), query.get('continue'));
  const resourceVersion = String(storage.version);
  if (wantsTable(request)) {
    sendJson(response, 200, tableOf(type, items, resourceVersion, query.get('includeObject') ?? 'Metadata'));
    return;
  }
  sendJson(response, 200, listOf(request, items, { resourceVersion, ...rest }));
}

/** In lists the items do not repeat kind and apiVersion. */
export function listOf({ type }: ApiRequest, items: readonly KubernetesObject[], metadata: object): object {
  return {
    kind: `${type.kind}List`,
    apiVersion: apiVersionOf(type),
    metadata,
    items: items.map(({ kind: _kind, apiVersion: _apiVersion, ...item }) => item),
  };
}

export function wantsTable({ accept }: ApiRequest): boolean {
  return accept.includes('as=Table');
}

function page(all: readonly KubernetesObject[], limit: number | undefined, token: string | null) {
  const after = token ? Buffer.from(token, 'base64url').toString() : '';
  if (token && !after.includes('/')) throw badRequest('continue key is not valid: cannot be decoded');
  const left = after ? all.filter((object) => keyOf(object) > after) : all;
  const items = limit ? left.slice(0, limit) : left;
  const last = items.at(-1);
  if (!last || items.length === left.length) return { items, rest: {} };
  const rest = {
    continue: Buffer.from(keyOf(last)).toString('base64url'),
    remainingItemCount: left.length - items.length,
  };
  return { items, rest };
}

function byKey(a: KubernetesObject, b: KubernetesObject): number {
  return keyOf(a) < keyOf(b) ? -1 : 1;
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
