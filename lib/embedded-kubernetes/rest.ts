import { isTrue, numberOf, readJson, sendJson, type ApiRequest } from './api-request.ts';
import { evict } from './eviction.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { listOf, selectorOf, sendList, wantsTable } from './list-response.ts';
import { applyPatch } from './patch.ts';
import type { DeleteOptions, Registry } from './registry.ts';
import { apiVersionOf, namespaces, nodes, pods } from './resource-types.ts';
import { StatusError, badRequest, noSuchPath } from './status-error.ts';
import { tableOf } from './table.ts';
import { sendWatch } from './watch-response.ts';

/** Answers a request for objects by its method, on one object or on a collection. */
export async function serveObjects(request: ApiRequest, registry: Registry): Promise<void> {
  if (request.query.get('dryRun'))
    throw badRequest('The embedded Kubernetes has no dryRun: leave it out, or use --dry-run=client.');
  if (request.subresource === 'eviction' && request.type === pods && request.method === 'POST')
    return evict(request, registry);
  const serve = request.name === undefined ? collectionMethods[request.method] : objectMethods[request.method];
  if (!serve) throw methodNotAllowed();
  if (request.subresource !== undefined && (request.subresource !== 'status' || request.method === 'DELETE'))
    throw noSuchPath();
  await serve(request, registry);
}

type Serve = (request: ApiRequest, registry: Registry) => void | Promise<void>;

const collectionMethods: Readonly<Record<string, Serve>> = {
  GET: (request, { storage }) =>
    isTrue(request.query, 'watch') ? sendWatch(request, storage) : sendList(request, storage),
  POST: create,
  DELETE: deleteCollection,
};

const objectMethods: Readonly<Record<string, Serve>> = {
  GET: get,
  PUT: async (request, registry) => {
    const body = await readObject(request);
    update(request, registry, body);
  },
  PATCH: async (request, registry) => {
    const patch = await readJson(request.request);
    const current = registry.get(request.type, request.namespace, request.name ?? '');
    update(
      request,
      registry,
      applyPatch(
        current as unknown as Record<string, unknown>,
        patch,
        request.contentType,
      ) as unknown as KubernetesObject,
    );
  },
  DELETE: deleteObject,
};

function get(request: ApiRequest, registry: Registry): void {
  if (isTrue(request.query, 'watch')) {
    sendWatch(request, registry.storage);
    return;
  }
  const object = registry.get(request.type, request.namespace, request.name ?? '');
  sendObject(request, 200, object);
}

async function create(request: ApiRequest, registry: Registry): Promise<void> {
  if (request.type.namespaced && request.namespace === undefined) throw methodNotAllowed();
  if (request.type === nodes)
    throw badRequest('The embedded Kubernetes has its one node "embedded" and takes no others.');
  const body = await readObject(request);
  sendObject(request, 201, registry.create(request.type, request.namespace, body));
}

function update(request: ApiRequest, registry: Registry, body: KubernetesObject): void {
  const current = registry.get(request.type, request.namespace, request.name ?? '');
  sendObject(
    request,
    200,
    registry.update(request.type, current, body, request.subresource === 'status' ? 'status' : undefined),
  );
}

async function deleteObject(request: ApiRequest, registry: Registry): Promise<void> {
  const options = await readDeleteOptions(request);
  const { type, namespace, name = '', response } = request;
  const { object } = registry.delete(type, registry.get(type, namespace, name), options);
  if (type.returnsDeleted) sendJson(response, 200, object);
  else {
    const details = { name, ...(type.group && { group: type.group }), kind: type.name, uid: object.metadata.uid };
    sendJson(response, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details });
  }
}

async function deleteCollection(request: ApiRequest, registry: Registry): Promise<void> {
  const { type, namespace, response } = request;
  if (type === namespaces || (type.namespaced && namespace === undefined)) throw methodNotAllowed();
  const options = await readDeleteOptions(request);
  const { storage } = registry;
  const deleted = storage.list(type, namespace).filter(selectorOf(request));
  const items = deleted.map((object) => registry.delete(type, object, options).object);
  sendJson(response, 200, listOf(request, items, { resourceVersion: String(storage.version) }));
}

async function readObject({ request, type }: ApiRequest): Promise<KubernetesObject> {
  const body = await readJson(request);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('the body of the request is not an object');
  const { kind = type.kind, apiVersion = apiVersionOf(type), metadata = {} } = body as Partial<KubernetesObject>;
  if (kind !== type.kind || apiVersion !== apiVersionOf(type)) {
    throw badRequest(
      `the object provided is unrecognized: ${kind} in version "${apiVersion}" cannot be handled as a ${type.kind}`,
    );
  }
  return { ...body, kind, apiVersion, metadata } as KubernetesObject;
}

async function readDeleteOptions({ request, query }: ApiRequest): Promise<DeleteOptions> {
  const grace = numberOf(query, 'gracePeriodSeconds');
  return {
    ...((await readJson(request)) as DeleteOptions | undefined),
    ...(grace !== undefined && { gracePeriodSeconds: grace }),
  };
}

function sendObject(request: ApiRequest, code: number, object: KubernetesObject): void {
  const { type, query, response } = request;
  const version = object.metadata.resourceVersion ?? '';
  const body = wantsTable(request)
    ? tableOf(type, [object], version, query.get('includeObject') ?? 'Metadata')
    : object;
  sendJson(response, code, body);
}

function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}
